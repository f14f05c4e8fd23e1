import { PushError } from '#libs/kernel';

/** Sealed with another master key, or changed since: `CARILLON_MASTER_KEY` is not the one that this data was written with. */
export class SealBroken extends PushError {
  readonly code = 'seal_broken';
  readonly retryable = false;

  constructor(
    readonly keyId: string,
    options?: ErrorOptions,
  ) {
    super(`A secret sealed with master key ${keyId} cannot be opened`, options);
  }
}

/** The store was written with a master key that this process was not given: nothing may run on it, or it would seal and fingerprint with another. */
export class MasterKeyWrong extends PushError {
  readonly code = 'master_key_wrong';
  readonly retryable = false;

  /** Key ids name a key without showing it. */
  constructor(
    readonly stored: string,
    readonly given: readonly string[],
    options?: ErrorOptions,
  ) {
    super(
      `These data were written with master key ${stored}, not with ${given.join(' or ')}; set CARILLON_MASTER_KEY (or CARILLON_MASTER_KEYS) to the key they were written with`,
      options,
    );
  }
}
