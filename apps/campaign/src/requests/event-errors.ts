import { PushError } from '#libs/kernel';

/** An event came later than its send may still ring: after the smaller of its time to live and 24 h. */
export class EventTooOld extends PushError {
  readonly code = 'too_old';
  readonly retryable = false;

  constructor(
    readonly ageMs: number,
    options?: ErrorOptions,
  ) {
    super(`The event is ${Math.round(ageMs / 1_000)} s old; its send would come too late`, options);
  }
}

/** One event may name at most 1,000 users. */
export class TooManyUsers extends PushError {
  readonly code = 'too_many_users';
  readonly retryable = false;

  constructor(
    readonly users: number,
    options?: ErrorOptions,
  ) {
    super(`An event names at most 1,000 users; this one names ${users}`, options);
  }
}

/** Events are kept and copied, so a push token, which lets its holder send, has no place in one. */
export class TokensNotInEvents extends PushError {
  readonly code = 'tokens_not_in_events';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('An event names no push tokens: name users or installations, or use POST …/sends', options);
  }
}

/** No event of this type is taken from other services. */
export class EventTypeUnknown extends PushError {
  readonly code = 'event_type_unknown';
  readonly retryable = false;

  constructor(
    readonly type: string,
    options?: ErrorOptions,
  ) {
    super(`No event of type ${type} is taken; GET /v1/schemas/{type} knows send.requested.v1 and user.updated.v1`, options);
  }
}
