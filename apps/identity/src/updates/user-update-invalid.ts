import type { FieldError } from '#libs/api';
import { PushError } from '#libs/kernel';

/** More than fit into the 500 characters of a dead letter's reason. */
const maxNamed = 20;

/** An event's data is no body of `PATCH …/users/{externalId}`; the message names its problems, because a dead letter has no other place for them. */
export class UserUpdateInvalid extends PushError {
  readonly code = 'user_update_invalid';
  readonly retryable = false;

  constructor(
    readonly errors: readonly FieldError[],
    options?: ErrorOptions,
  ) {
    super(
      errors
        .slice(0, maxNamed)
        .map(({ pointer, message }) => `/data${pointer}: ${message}`)
        .join('; '),
      options,
    );
  }
}
