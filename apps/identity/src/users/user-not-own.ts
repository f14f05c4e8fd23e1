import { PushError } from '#libs/kernel';

/** An sdk key spoke of a user that its installation does not belong to. */
export class UserNotOwn extends PushError {
  readonly code = 'user_not_own';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('An sdk key may speak only for the user of its installation, which X-Installation-Id and X-Installation-Secret name', options);
  }
}
