import type { ApnsReason } from './answers.ts';
import type { ProviderTokens, VerifiedToken } from './provider-tokens.ts';
import type { KnownApnsCertificate, KnownApnsKey } from './traits.ts';

export type ApnsEnvironment = 'production' | 'sandbox';

const oldestMs = 60 * 60_000;
const betweenUpdatesMs = 20 * 60_000;
/** Not documented; clocks differ by seconds. */
const aheadMs = 5 * 60_000;

/** The certificate that a connection was opened with; null: one that Apple does not know. */
export type ShownCertificate = KnownApnsCertificate | null;

/** Who may push over one connection. The first provider token that is accepted binds it to a team and key; a certificate says it from the start. */
export class ConnectionAuth {
  #current: VerifiedToken | undefined;

  constructor(
    private readonly environment: ApnsEnvironment,
    private readonly tokens: ProviderTokens,
    private readonly certificate: ShownCertificate | undefined,
  ) {}

  /** Key or certificate, or why the request may not pass. With a certificate a token says nothing. */
  check(authorization: string | undefined, nowMs: number): KnownApnsKey | KnownApnsCertificate | ApnsReason {
    if (this.certificate !== undefined) return this.#certificateProblem(this.certificate, nowMs) ?? this.certificate ?? 'BadCertificate';
    const isCurrent = authorization !== undefined && this.#current?.authorization === authorization;
    if (!isCurrent && (authorization === undefined || !/^bearer ./i.test(authorization))) return 'MissingProviderToken';
    const token = isCurrent ? this.#current : this.tokens.find(authorization);
    if (!token) return 'InvalidProviderToken';
    const problem = this.#ageProblem(token, nowMs) ?? (token === this.#current ? undefined : this.#changeProblem(token));
    if (problem) return problem;
    this.#current = token;
    return token.key;
  }

  #certificateProblem(certificate: ShownCertificate, nowMs: number): ApnsReason | undefined {
    if (!certificate || certificate.notAfter <= nowMs || certificate.notBefore > nowMs) return 'BadCertificate';
    return certificate.environments.includes(this.environment) ? undefined : 'BadCertificateEnvironment';
  }

  #ageProblem({ issuedAtMs }: VerifiedToken, nowMs: number): ApnsReason | undefined {
    const age = nowMs - issuedAtMs;
    if (age > oldestMs) return 'ExpiredProviderToken';
    return age < -aheadMs ? 'InvalidProviderToken' : undefined;
  }

  #changeProblem({ key, issuedAtMs }: VerifiedToken): ApnsReason | undefined {
    if (key.environment !== undefined && key.environment !== this.environment) return 'BadEnvironmentKeyIdInToken';
    const bound = this.#current;
    if (!bound) return undefined;
    if (key.teamId !== bound.key.teamId) return 'InvalidProviderToken';
    if (key.keyId !== bound.key.keyId) return 'UnrelatedKeyIdInToken';
    return issuedAtMs - bound.issuedAtMs < betweenUpdatesMs ? 'TooManyProviderTokenUpdates' : undefined;
  }
}
