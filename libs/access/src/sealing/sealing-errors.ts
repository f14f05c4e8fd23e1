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
