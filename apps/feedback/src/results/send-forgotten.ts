import { PushError } from '#libs/kernel';

/** The time of keeping a send's messages is over: only its sums remain. */
export class SendForgotten extends PushError {
  readonly code = 'send_forgotten';
  readonly retryable = false;

  constructor(readonly sendId: string) {
    super(`Of the send ${sendId} only the sums are kept`);
  }
}
