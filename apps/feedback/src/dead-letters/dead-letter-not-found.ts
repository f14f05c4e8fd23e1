import { PushError } from '#libs/kernel';

export class DeadLetterNotFound extends PushError {
  readonly code = 'dead_letter_not_found';
  readonly retryable = false;

  constructor(readonly letterId: string) {
    super(`There is no dead letter ${letterId}`);
  }
}
