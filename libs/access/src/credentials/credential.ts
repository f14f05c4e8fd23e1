import type { ProviderName } from '#libs/kernel';

/** How an app's credential for a provider is stored: its secret part sealed. */
export interface StoredCredential extends CredentialVersion {
  readonly app: string;
  readonly provider: ProviderName;
  /** What was set before it, to go back to; absent for the first. */
  readonly previous?: CredentialVersion;
}

/** What one write set. */
export interface CredentialVersion {
  /** 1 at first, +1 with every write: whoever keeps connections opened with it sees that it is new. */
  readonly revision: number;
  readonly simulated: boolean;
  /** The apps' ids at the provider (APNs topics, Android packages); the first is an installation's default. */
  readonly bundleIds: readonly string[];
  /** The provider's fields as JSON, sealed; absent when simulated. */
  readonly sealed?: string;
  /** Names the secret without showing it; absent when simulated. */
  readonly fingerprint?: string;
  /** When the provider, or the company's own rule, ends the key, ms; absent where nobody has said. */
  readonly expiresAt?: number;
  readonly updatedAt: number;
}

/** A credential ready to send with; it holds secrets and must not be logged, stored or put into an event. */
export interface Credential {
  readonly provider: ProviderName;
  readonly revision: number;
  readonly bundleIds: readonly string[];
  /** A key and account that the simulators know; no fields. */
  readonly simulated: boolean;
  /** As its provider's form read them; empty when simulated. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** When it ends, ms; absent where nobody has said. */
  readonly expiresAt?: number;
  /** What was set before it; absent where there was nothing, one of both is simulated, or it does not open any more. */
  readonly previous?: Omit<Credential, 'previous'>;
}
