import type { Accounts } from '../accounts/accounts.ts';
import { isSignedBy, parseJwt } from '../accounts/compact-jwt.ts';
import type { KnownApnsKey } from './traits.ts';

/** A provider token whose signature, key and team are right; its age is looked at with every request. */
export interface VerifiedToken {
  readonly authorization: string;
  readonly key: KnownApnsKey;
  readonly issuedAtMs: number;
}

const maxRemembered = 1_000;

/** Verifies each provider token once and remembers it, as long as the known keys are the same. */
export class ProviderTokens {
  #verified = new Map<string, VerifiedToken>();
  #verifiedWith = 0;

  constructor(
    private readonly accounts: Accounts,
    private readonly onNew: () => void,
  ) {}

  /** Undefined when it is no JWT of a known key and its team. */
  find(authorization: string): VerifiedToken | undefined {
    if (this.#verifiedWith !== this.accounts.revision) this.#verified = new Map();
    this.#verifiedWith = this.accounts.revision;
    const known = this.#verified.get(authorization);
    if (known) return known;
    const verified = this.#verify(authorization);
    if (!verified) return undefined;
    if (this.#verified.size >= maxRemembered) this.#verified = new Map();
    this.#verified.set(authorization, verified);
    this.onNew();
    return verified;
  }

  #verify(authorization: string): VerifiedToken | undefined {
    const jwt = parseJwt(authorization.slice('bearer '.length));
    const { kid } = jwt?.header ?? {};
    const { iss, iat } = jwt?.claims ?? {};
    if (!jwt || typeof kid !== 'string' || typeof iat !== 'number' || !Number.isFinite(iat)) return undefined;
    const key = this.accounts.find('apns', kid);
    if (!key || !('keyId' in key) || key.teamId !== iss || !isSignedBy(jwt, 'ES256', key.publicKey)) return undefined;
    return { authorization, key, issuedAtMs: Math.floor(iat * 1_000) };
  }
}
