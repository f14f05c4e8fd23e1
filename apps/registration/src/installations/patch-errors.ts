import { RequestInvalid } from '#libs/api';
import { PushError } from '#libs/kernel';

/** A `test` of a JSON Patch did not hold; nothing was changed. */
export class PatchTestFailed extends PushError {
  readonly code = 'patch_test_failed';
  readonly retryable = false;
  readonly errors;

  constructor(index: number, options?: ErrorOptions) {
    super('A test of the JSON Patch did not hold; nothing was changed', options);
    this.errors = [{ pointer: `/${index}`, message: 'The value is another one' }];
  }
}

/** An operation of a JSON Patch cannot be carried out; nothing was changed. */
export class PatchNotApplicable extends RequestInvalid {
  override readonly code = 'patch_not_applicable';

  constructor(index: number, why: string, options?: ErrorOptions) {
    super([{ pointer: `/${index}`, message: `The operation cannot be carried out: ${why}` }], options);
  }
}
