import type { ProviderName } from '#libs/kernel';

/** A credential's sealed part, and whose it is. */
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
  /** Credentials that are not sealed with the key of this id, at most `limit`. */
  abstract sealedOtherwise(keyId: string, limit: number): Promise<readonly SealedCredential[]>;
  /** Exchanges a credential's sealed part, and nothing else of it, where it is still `credential.sealed`. */
  abstract reseal(credential: SealedCredential, sealed: string): Promise<void>;
}
