import type { ProviderName } from '#libs/kernel';

/** The sealed part of a credential, or of the version before it, and whose it is. */
export interface SealedCredential {
  readonly app: string;
  readonly provider: ProviderName;
  readonly sealed: string;
}

/** What of a store depends on the master key. */
export abstract class SealingStore {
  /** What `keep` stored; undefined on a store that no start has marked yet. */
  abstract marker(): Promise<string | undefined>;
  /** Stores the marker where it is still `instead` (undefined: none). False: somebody else was faster. */
  abstract keep(marker: string, instead: string | undefined): Promise<boolean>;
  /** Of credentials and the versions before them, what is not sealed with the key of this id, at most `limit` credentials. */
  abstract sealedOtherwise(keyId: string, limit: number): Promise<readonly SealedCredential[]>;
  /** Exchanges a sealed part, and nothing else of the credential, where it is still `credential.sealed`. */
  abstract reseal(credential: SealedCredential, sealed: string): Promise<void>;
}
