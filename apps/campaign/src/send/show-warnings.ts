import { ShortCache, type CredentialRepository } from '#libs/access';
import type { Clock } from '#libs/kernel';
import type { MessageTemplate, Send } from '#libs/sends';
import { providersOf, warningsOf, type SendWarning } from './send-warnings.ts';

/** Warns of what some provider has no place for, of those that the app sends by, as they were at most a second ago: what others would lose troubles nobody. */
export class ShowWarnings {
  readonly #providers: ShortCache<ReadonlySet<string>>;

  constructor(
    private readonly credentials: CredentialRepository,
    clock: Clock,
  ) {
    this.#providers = new ShortCache(clock);
  }

  /** `target`: absent, anybody. Throws DependencyUnavailable. */
  async of(app: string, message: MessageTemplate, target?: Send['target']): Promise<SendWarning[]> {
    const warnings = warningsOf(message, providersOf(target));
    if (warnings.length === 0) return warnings;
    const providers = await this.#providers.get(
      app,
      async () => new Set((await this.credentials.list(app)).map(({ provider }) => provider)),
    );
    return warnings.filter(({ provider }) => providers?.has(provider));
  }
}
