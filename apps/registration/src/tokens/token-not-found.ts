import { PushError } from '#libs/kernel';

/** No installation of the app holds the push token. */
export class TokenNotFound extends PushError {
  readonly code = 'token_not_found';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('No installation of the app holds this push token', options);
  }
}
