/**
 * The base of every error that has a name callers may rely on.
 * `code` is stable and listed in docs/errors.md; `retryable` says whether the same call may succeed later.
 */
export abstract class PushError extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;

  override get name(): string {
    return this.constructor.name;
  }
}

/** Database, queue, cache or disk cannot be used now: the world's fault, never the event's; it costs an event no try. */
export class DependencyUnavailable extends PushError {
  readonly code = 'dependency_unavailable';
  readonly retryable = true;

  constructor(
    readonly dependency: string,
    options?: ErrorOptions,
  ) {
    super(`${dependency} cannot be used at the moment`, options);
  }
}

/** Another write of the same document came first; load it again and decide again. */
export class StaleRevision extends PushError {
  readonly code = 'stale_revision';
  readonly retryable = true;

  constructor(
    readonly document: string,
    options?: ErrorOptions,
  ) {
    super(`${document} was changed by another write`, options);
  }
}

/** A cursor was not made by the list it is given to. Starting at the beginning instead would let a caller read one page for ever. */
export class CursorInvalid extends PushError {
  readonly code = 'cursor_invalid';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('The cursor was not made by this list', options);
  }
}
