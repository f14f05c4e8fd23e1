import { PushError } from '#libs/kernel';

export class SendNotFound extends PushError {
  readonly code = 'send_not_found';
  readonly retryable = false;

  constructor(readonly sendId: string) {
    super(`The app has no send ${sendId}`);
  }
}

/** The time of keeping a send's messages is over: only its sums remain. */
export class SendForgotten extends PushError {
  readonly code = 'send_forgotten';
  readonly retryable = false;

  constructor(readonly sendId: string) {
    super(`Of the send ${sendId} only the sums are kept`);
  }
}

export class DeadLetterNotFound extends PushError {
  readonly code = 'dead_letter_not_found';
  readonly retryable = false;

  constructor(readonly letterId: string) {
    super(`There is no dead letter ${letterId}`);
  }
}
