import type { CursorInvalid, DependencyUnavailable, StaleRevision } from '#libs/kernel';
import type { KeyInvalid, KeyKindNotAllowed, KeyMissing, KeyScopeNotAllowed, KeyWrongApp } from '../keys/key-errors.ts';
import type { DuplicateMismatch } from '../idempotency/event-identities.ts';
import type { StatusesOf } from './error-statuses.ts';
import type {
  ContentEncodingUnsupported,
  IdempotencyMismatch,
  MediaTypeUnsupported,
  MethodNotAllowed,
  RevisionMismatch,
  RouteNotFound,
  TooManyRequests,
  TooManyStreams,
} from './http-errors.ts';
import type { JsonInvalid } from './request-invalid.ts';

type KernelError = CursorInvalid | DependencyUnavailable | StaleRevision;
type KeyError = KeyMissing | KeyInvalid | KeyKindNotAllowed | KeyScopeNotAllowed | KeyWrongApp;
type HttpError =
  | ContentEncodingUnsupported
  | DuplicateMismatch
  | IdempotencyMismatch
  | JsonInvalid
  | MediaTypeUnsupported
  | MethodNotAllowed
  | RevisionMismatch
  | RouteNotFound
  | TooManyRequests
  | TooManyStreams;

/** The codes that any call can answer with. */
export const apiStatuses: StatusesOf<KernelError | KeyError | HttpError> & Readonly<Record<string, number>> = {
  cursor_invalid: 400,
  dependency_unavailable: 503,
  events_stalled: 503,
  stale_revision: 409,
  key_missing: 401,
  key_invalid: 401,
  key_kind_not_allowed: 403,
  key_scope_not_allowed: 403,
  key_wrong_app: 403,
  duplicate_mismatch: 409,
  idempotency_mismatch: 409,
  json_invalid: 400,
  request_invalid: 400,
  method_not_allowed: 405,
  revision_mismatch: 412,
  route_not_found: 404,
  content_encoding_unsupported: 415,
  media_type_unsupported: 415,
  too_many_requests: 429,
  too_many_streams: 429,
  // What Node and Fastify refuse before any call of ours sees it.
  url_invalid: 400,
  request_timeout: 408,
  body_too_large: 413,
  url_too_long: 414,
  headers_too_large: 431,
  internal_error: 500,
};
