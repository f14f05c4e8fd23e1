import type { FieldError } from '#libs/api';
import { PushError } from '#libs/kernel';

/** An event's data is no body of `PATCH …/users/{externalId}`; the message names every problem, because a dead letter has no other place for them. */
export class UserUpdateInvalid extends PushError {
  readonly code = 'user_update_invalid';
  readonly retryable = false;

  constructor(
    readonly errors: readonly FieldError[],
    options?: ErrorOptions,
  ) {
    super(errors.map(({ pointer, message }) => `/data${pointer}: ${message}`).join('; '), options);
  }
}
