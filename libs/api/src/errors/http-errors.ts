import { PushError } from '#libs/kernel';

/** No call has this path. */
export class RouteNotFound extends PushError {
  readonly code = 'route_not_found';
  readonly retryable = false;

  constructor() {
    super('No call has this path; GET /v1/openapi.json lists them all');
  }
}

/** The path has calls, none with this method. */
export class MethodNotAllowed extends PushError {
  readonly code = 'method_not_allowed';
  readonly retryable = false;

  constructor(readonly allowed: readonly string[]) {
    super(`This path takes ${allowed.join(', ')}`);
  }
}

/** The resource is not what `If-Match` or `If-None-Match` asks for: somebody else wrote first, or it exists already. */
export class RevisionMismatch extends PushError {
  readonly code = 'revision_mismatch';
  readonly retryable = false;

  constructor(options?: ErrorOptions) {
    super('The resource is not at a revision that If-Match or If-None-Match asks for; read it again', options);
  }
}

/** The body is compressed in a way that nobody here understands. */
export class ContentEncodingUnsupported extends PushError {
  readonly code = 'content_encoding_unsupported';
  readonly retryable = false;

  constructor() {
    super('A body is sent as it is or compressed with gzip');
  }
}

/** The body is of a type that the call does not take, or in another charset than UTF-8. */
export class MediaTypeUnsupported extends PushError {
  readonly code = 'media_type_unsupported';
  readonly retryable = false;

  constructor(readonly types: readonly string[]) {
    super(`This call takes a body in UTF-8 with the Content-Type ${types.join(' or ')}`);
  }
}

/** An sdk key's installation or address calls too often. */
export class TooManyRequests extends PushError {
  readonly code = 'too_many_requests';
  readonly retryable = true;

  constructor(readonly retryAfterMs: number) {
    super('Too many requests; wait as long as Retry-After says');
  }
}

/** As many live streams are open as one app may have, or the process. */
export class TooManyStreams extends PushError {
  readonly code = 'too_many_streams';
  readonly retryable = true;
  readonly retryAfterMs = 10_000;
}

/** The Idempotency-Key was used for another body within its 24 hours. */
export class IdempotencyMismatch extends PushError {
  readonly code = 'idempotency_mismatch';
  readonly retryable = false;

  constructor() {
    super('This Idempotency-Key was used with another body; use a new one');
  }
}
