import { PushError } from '#libs/kernel';

export class SendNotFound extends PushError {
  readonly code = 'send_not_found';
  readonly retryable = false;

  constructor(readonly sendId: string) {
    super(`The app has no send ${sendId}`);
  }
}
