import { PushError } from '#libs/kernel';

/** An event names a batch or an attempt that is not stored: it was never planned, or its time of keeping is over. */
export class BatchUnknown extends PushError {
  readonly code = 'batch_unknown';
  readonly retryable = false;

  constructor(
    readonly attemptId: string,
    options?: ErrorOptions,
  ) {
    super(`No batch is planned for attempt ${attemptId}`, options);
  }
}

/** A batch is planned for a send that is not stored. */
export class SendUnknown extends PushError {
  readonly code = 'send_unknown';
  readonly retryable = false;

  constructor(
    readonly sendId: string,
    options?: ErrorOptions,
  ) {
    super(`No send ${sendId} is stored`, options);
  }
}
