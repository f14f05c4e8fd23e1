import { PushError } from '#libs/kernel';
import { fieldErrors, problemCodeIn, type FieldError } from './field-error.ts';
import type { StandardSchemaV1 } from '@standard-schema/spec';

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

/** What a schema refuses, `errors` being all of it. A problem that its schema gives a `problemCode` gives that to the whole answer. */
export function refusalOf(
  issues: readonly StandardSchemaV1.Issue[],
  errors: readonly FieldError[] = fieldErrors(issues),
  options?: ErrorOptions,
): RequestInvalid {
  const code = problemCodeIn(issues);
  return code === undefined ? new RequestInvalid(errors, options) : new SpecialRequestInvalid(code, errors, options);
}

/** Refused by a schema for a reason that callers handle by a code of its own. */
class SpecialRequestInvalid extends RequestInvalid {
  constructor(
    override readonly code: string,
    errors: readonly FieldError[],
    options?: ErrorOptions,
  ) {
    super(errors, options);
  }
}

/** The body is no JSON text in UTF-8. */
export class JsonInvalid extends RequestInvalid {
  override readonly code = 'json_invalid';
}
