import type { StatusesOf } from '#libs/api';
import { PushError } from '#libs/kernel';
import type { ImportTakenOver } from '#libs/registry';
import type { FileMissing } from '#libs/storage';

export class ImportNotFound extends PushError {
  readonly code = 'import_not_found';
  readonly retryable = false;

  constructor(
    readonly importId: string,
    options?: ErrorOptions,
  ) {
    super(`No import ${importId} is known`, options);
  }
}

/** The import is in a state in which this cannot be done. */
export class ImportNotReady extends PushError {
  readonly code = 'import_not_ready';
  readonly retryable = false;
}

export class TooManyImports extends PushError {
  readonly code = 'too_many_imports';
  readonly retryable = false;

  constructor(
    readonly limit: number,
    options?: ErrorOptions,
  ) {
    super(`At most ${limit} imports of an app may be open or running`, options);
  }
}

/** A part is longer, inflated, than a part may be. */
export class PartTooLarge extends PushError {
  readonly code = 'body_too_large';
  readonly retryable = false;

  constructor(readonly limit: number) {
    super(`A part has at most ${limit} bytes once it is inflated; split it`);
  }
}

export const importStatuses: StatusesOf<ImportNotFound | ImportNotReady | TooManyImports | ImportTakenOver | FileMissing | PartTooLarge> = {
  import_not_found: 404,
  import_not_ready: 409,
  too_many_imports: 409,
  import_taken_over: 409,
  file_missing: 404,
  body_too_large: 413,
};
