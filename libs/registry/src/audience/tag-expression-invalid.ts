import { PushError } from '#libs/kernel';

/** A tag expression cannot be read, or is longer than allowed. */
export class TagExpressionInvalid extends PushError {
  readonly code = 'tag_expression_invalid';
  readonly retryable = false;

  constructor(
    /** 1-based, in UTF-16 code units; one past the end where something is missing there. */
    readonly position: number,
    /** What would have been right at that place. */
    readonly expected: string,
    options?: ErrorOptions,
  ) {
    super(`At position ${position}: expected ${expected}`, options);
  }
}
