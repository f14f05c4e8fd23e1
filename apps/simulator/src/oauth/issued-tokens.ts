import { randomBytes } from 'node:crypto';
import type { Clock } from '#libs/kernel';

interface Grant {
  readonly owner: string;
  readonly expiresAtMs: number;
}

const maxTokens = 10_000;

/** The opaque access tokens that an endpoint has issued, each for one owner. */
export class IssuedTokens {
  readonly #grants = new Map<string, Grant>();

  /** `seconds`: how long each lives. */
  constructor(
    private readonly clock: Clock,
    private readonly seconds: number,
  ) {}

  issue(owner: string): string {
    const oldest = this.#grants.size >= maxTokens ? this.#grants.keys().next().value : undefined;
    if (oldest !== undefined) this.#grants.delete(oldest);
    const token = randomBytes(96).toString('base64');
    this.#grants.set(token, { owner, expiresAtMs: this.clock.now() + this.seconds * 1_000 });
    return token;
  }

  /** Whom the token is for, or why it is good for nobody. */
  find(token: string): { readonly owner: string } | 'unknown' | 'expired' {
    const grant = this.#grants.get(token);
    if (!grant) return 'unknown';
    return grant.expiresAtMs > this.clock.now() ? grant : 'expired';
  }
}
