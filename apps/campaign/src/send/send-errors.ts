import { PushError } from '#libs/kernel';
import { MAX_TRANSACTIONAL } from './new-send.ts';

export class SendNotFound extends PushError {
  readonly code = 'send_not_found';
  readonly retryable = false;

  constructor(
    readonly sendId: string,
    options?: ErrorOptions,
  ) {
    super(`No send ${sendId} exists`, options);
  }
}

/** Transactional sends skip caps and queues, so they are for few. */
export class TooManyForTransactional extends PushError {
  readonly code = 'too_many_for_transactional';
  readonly retryable = false;

  constructor(
    readonly recipients: number,
    options?: ErrorOptions,
  ) {
    super(`A transactional send reaches at most ${MAX_TRANSACTIONAL} recipients; this one would reach ${recipients}`, options);
  }
}

/** A repeated call to everyone would ring every phone twice. */
export class IdempotencyKeyRequired extends PushError {
  readonly code = 'idempotency_key_required';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('A send to everyone over real providers needs an Idempotency-Key', options);
  }
}
