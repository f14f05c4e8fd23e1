import { BoundedMap, type Clock } from '#libs/kernel';
import type { Outcome } from './outcome.ts';
import type { Authorization } from './provider-protocol.ts';
import { isToken, type AccessToken, type SharedTokens } from './shared-tokens.ts';

/** Asks the provider for a token. A failure is an outcome, never an exception. */
export type TokenExchange = () => Promise<AccessToken | Outcome>;

const refreshBeforeMs = 5 * 60_000;
/** A token that was just had and is refused is not the fault: asking again would only burden the token endpoint. */
const renewAtMostEveryMs = 5_000;
const maxTokens = 1_000;

interface Kept {
  header: string;
  expiresAt: number;
  gotAt: number;
  pending: Promise<Outcome | undefined> | undefined;
  failure: { readonly outcome: Outcome; readonly until: number } | undefined;
}

/** OAuth tokens: had once, shared by all, other processes included, replaced before they end, never asked for twice at a time (providers.md 2.1). */
export class AccessTokens {
  readonly #kept = new BoundedMap<Kept>(maxTokens);

  constructor(
    private readonly shared: SharedTokens,
    private readonly clock: Clock,
  ) {}

  /** The account's token, by a name of the account; while it is replaced, the old one is used as long as it lasts. The object changes in place. */
  async of(name: string, exchange: TokenExchange): Promise<Authorization | Outcome> {
    const kept =
      this.#kept.get(name) ?? this.#kept.set(name, { header: '', expiresAt: 0, gotAt: 0, pending: undefined, failure: undefined });
    const now = this.clock.now();
    if (kept.expiresAt - now > refreshBeforeMs) return kept;
    const refreshed = this.#refresh(name, kept, exchange, now);
    if (kept.expiresAt > now) return kept;
    return (await refreshed) ?? kept;
  }

  /** The provider refused a token: true when there is another one now. */
  async renew(name: string, refused: string, exchange: TokenExchange): Promise<boolean> {
    const kept = this.#kept.get(name);
    if (!kept) return false;
    if (kept.header !== refused) return true;
    const now = this.clock.now();
    if (now - kept.gotAt < renewAtMostEveryMs) return false;
    const failure = await this.#refresh(name, kept, exchange, now);
    return failure === undefined;
  }

  #refresh(name: string, kept: Kept, exchange: TokenExchange, now: number): Promise<Outcome | undefined> {
    if (kept.failure && now < kept.failure.until) return Promise.resolve(kept.failure.outcome);
    kept.pending ??= this.#exchange(name, kept, exchange).finally(() => {
      kept.pending = undefined;
    });
    return kept.pending;
  }

  async #exchange(name: string, kept: Kept, exchange: TokenExchange): Promise<Outcome | undefined> {
    // The one that we hold is about to end, or was refused.
    const isFit = ({ value, expiresAt }: AccessToken) => headerOf(value) !== kept.header && expiresAt - this.clock.now() > refreshBeforeMs;
    const answer = await this.shared.of(name, isFit, exchange);
    const now = this.clock.now();
    if (!isToken(answer)) {
      kept.failure = { outcome: answer, until: now + holdOf(answer) };
      return answer;
    }
    Object.assign(kept, { header: headerOf(answer.value), expiresAt: answer.expiresAt, gotAt: now, failure: undefined });
    return undefined;
  }
}

function headerOf(token: string): string {
  return `Bearer ${token}`;
}

/** How long a failure stands for those who ask next, ms. */
function holdOf(outcome: Outcome): number {
  if (outcome.kind === 'credentials_bad') return 30_000;
  return 'afterMs' in outcome ? Math.min(outcome.afterMs, 60_000) : 2_000;
}
