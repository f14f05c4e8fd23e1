import { PushError } from './push-error.ts';

/** A cursor was not made by the list it is given to. Starting at the beginning instead would let a caller read one page for ever. */
export class CursorInvalid extends PushError {
  readonly code = 'cursor_invalid';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('The cursor was not made by this list', options);
  }
}
