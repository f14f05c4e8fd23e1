import { PushError } from '#libs/kernel';

export class KeyNotFound extends PushError {
  readonly code = 'key_not_found';
  readonly retryable = false;

  constructor(readonly keyId: string) {
    super(`No API key ${keyId} exists here`);
  }
}

/** Keys that nobody deletes pile up; a hundred an app is far more than any rotation needs. */
export class TooManyKeys extends PushError {
  readonly code = 'too_many_keys';
  readonly retryable = false;

  constructor(readonly limit: number) {
    super(`There are ${limit} API keys already; delete those that are not used`);
  }
}
