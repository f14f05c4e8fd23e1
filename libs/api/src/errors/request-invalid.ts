import { PushError } from '#libs/kernel';
import type { FieldError } from './field-error.ts';

/** The request is understood and wrong; all problems at once. Subclasses give a case that callers handle a code of its own. */
export class RequestInvalid extends PushError {
  readonly code: string = 'request_invalid';
  readonly retryable = false;

  constructor(
    readonly errors: readonly FieldError[],
    options?: ErrorOptions,
  ) {
    super(errors.length === 1 ? 'The request has a problem' : `The request has ${errors.length} problems`, options);
  }
}

/** The body is no JSON text in UTF-8. */
export class JsonInvalid extends RequestInvalid {
  override readonly code = 'json_invalid';
}
