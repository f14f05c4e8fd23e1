import type { Accounts, KnownApnsKey } from '../accounts/accounts.ts';
import { isSignedBy, parseJwt } from '../accounts/compact-jwt.ts';

/** A provider token whose signature, key and team are right; its age is looked at with every request. */
export interface VerifiedToken {
  readonly authorization: string;
  readonly key: KnownApnsKey;
  readonly issuedAtMs: number;
}

const maxRemembered = 1_000;

/** Verifies each provider token once and remembers it. */
export class ProviderTokens {
  #verified = new Map<string, VerifiedToken>();

  constructor(
    private readonly accounts: Accounts,
    private readonly onNew: () => void,
  ) {}

  /** Undefined when it is no JWT of a known key and its team. */
  find(authorization: string): VerifiedToken | undefined {
    const known = this.#verified.get(authorization);
    if (known) return known;
    const verified = this.#verify(authorization);
    if (!verified) return undefined;
    if (this.#verified.size >= maxRemembered) this.#verified = new Map();
    this.#verified.set(authorization, verified);
    this.onNew();
    return verified;
  }

  /** Forgets what was verified, as keys have changed. */
  forget(): void {
    this.#verified = new Map();
  }

  #verify(authorization: string): VerifiedToken | undefined {
    const jwt = parseJwt(authorization.slice('bearer '.length));
    const { kid } = jwt?.header ?? {};
    const { iss, iat } = jwt?.claims ?? {};
    if (!jwt || typeof kid !== 'string' || typeof iat !== 'number' || !Number.isFinite(iat)) return undefined;
    const key = this.accounts.findApnsKey(kid);
    if (key?.teamId !== iss || !key || !isSignedBy(jwt, 'ES256', key.publicKey)) return undefined;
    return { authorization, key, issuedAtMs: Math.floor(iat * 1_000) };
  }
}
