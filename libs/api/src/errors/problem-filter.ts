import { PushError } from '#libs/kernel';
import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { bytesOf, callOf, traceIdOf, type Call } from '../request/call.ts';
import { JSON_TYPES } from '../request/json-body.ts';
import { KnownRoutes } from '../request/known-routes.ts';
import { ErrorStatuses } from './error-statuses.ts';
import { ContentEncodingUnsupported, MediaTypeUnsupported, MethodNotAllowed, RouteNotFound } from './http-errors.ts';
import { RequestInvalid } from './request-invalid.ts';
import { leftOutErrors, type FieldError } from './field-error.ts';
import { problemBytesFor, problemOf, type ProblemFacts } from './problem.ts';

type Refusal = Omit<ProblemFacts, 'traceId'> & { readonly headers?: Readonly<Record<string, string>> };

/** Names for what Fastify, Nest and Node refuse by status alone. */
const codeOfStatus: Readonly<Record<number, string>> = {
  400: 'request_invalid',
  401: 'key_invalid',
  404: 'route_not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'body_too_large',
  414: 'url_too_long',
  415: 'media_type_unsupported',
  431: 'headers_too_large',
};

/** Words where Fastify's own would not help. */
const detailOfStatus: Readonly<Record<number, string>> = { 415: `A body is JSON; its Content-Type is one of ${JSON_TYPES.join(', ')}` };

/** Without a hint of the error itself, a dependency is worth another look after this long. */
const defaultRetryAfterMs = 1_000;

/** The one place where an error becomes an answer: `application/problem+json` with a stable code (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('http');

  constructor(
    private readonly statuses: ErrorStatuses,
    private readonly routes: KnownRoutes,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const refusal = this.#refusalOf(error, request);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy(); // half an answer must not look like a whole one
      return;
    }
    const { headers, ...facts } = withIgnored(refusal, callOf(request.raw));
    void reply
      .status(facts.status)
      .headers(headers ?? {})
      .type('application/problem+json')
      .serializer((payload) => String(payload))
      .send(JSON.stringify(problemOf({ ...facts, traceId: traceIdOf(callOf(request.raw)) }, problemBytesFor(bytesOf(request)))));
  }

  #refusalOf(error: unknown, request: FastifyRequest): Refusal {
    if (request.is404 && !(error instanceof RequestInvalid)) return this.#ofPushError(this.#unknownRoute(request));
    if (error instanceof PushError) return this.#ofPushError(error);
    const status = statusIn(error);
    if (status !== undefined && status < 500) return ofStatus(status, error);
    this.#logger.error(error instanceof Error ? error.stack : error);
    return { code: 'internal_error', status: 500, detail: 'Something went wrong here; the log of the trace says what' };
  }

  #unknownRoute({ method, raw }: FastifyRequest): RouteNotFound | MethodNotAllowed {
    const allowed = this.routes.methodsOf(raw.url ?? '/');
    return allowed.length === 0 || allowed.includes(method) ? new RouteNotFound() : new MethodNotAllowed(allowed);
  }

  #ofPushError(error: PushError & { readonly errors?: unknown; readonly retryAfterMs?: unknown }): Refusal {
    const status = this.statuses.statusOf(error.code);
    if (status === 503)
      this.#logger.warn(error.message); // an outage logs a line a request, not a stack
    else if (status === undefined || status >= 500) this.#logger.error(error.stack ?? error.message);
    return {
      code: error.code,
      status: status ?? 500,
      detail: error.message,
      errors: isFieldErrors(error.errors) ? error.errors : undefined,
      headers: { ...retryAfter(status, error.retryAfterMs), ...challenge(status), ...allow(error), ...acceptable(error) },
    };
  }
}

/** A field that was left out of an SDK's body may be the very one that the call then lacks. */
function withIgnored(refusal: Refusal, call: Call | undefined): Refusal {
  if (!call || call.ignoredFields.length === 0 || refusal.status >= 500) return refusal;
  const { ignoredFields, bodySchema } = call;
  const errors = refusal.errors ?? (refusal.status === 400 ? leftOutErrors(ignoredFields, bodySchema) : undefined);
  return { ...refusal, errors, ignoredFields };
}

function ofStatus(status: number, error: unknown): Refusal {
  // Messages of Fastify and Node describe the request in general; they quote nothing of it but its content type.
  return {
    code: codeOfStatus[status] ?? 'request_invalid',
    status,
    detail: detailOfStatus[status] ?? messageIn(error, status),
    ...(status === 415 && { headers: { accept: JSON_TYPES.join(', ') } }), // RFC 9110 section 15.5.16
  };
}

function statusIn(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' ? status : undefined;
}

function messageIn(error: unknown, status: number): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof message === 'string' ? message : (STATUS_CODES[status] ?? 'Refused');
}

function isFieldErrors(errors: unknown): errors is readonly FieldError[] {
  return Array.isArray(errors) && errors.every((error) => typeof error === 'object' && error !== null && 'pointer' in error);
}

/** RFC 9110 section 10.2.3, in whole seconds. */
function retryAfter(status: number | undefined, afterMs: unknown): Record<string, string> {
  if (status !== 503 && status !== 429) return {};
  const ms = typeof afterMs === 'number' ? afterMs : defaultRetryAfterMs;
  return { 'retry-after': String(Math.max(1, Math.ceil(ms / 1_000))) };
}

function challenge(status: number | undefined): Record<string, string> {
  return status === 401 ? { 'www-authenticate': 'Bearer' } : {};
}

/** RFC 9110 sections 12.5.3 and 15.5.16: in a refusal, what a request may be encoded with, and of what type. */
function acceptable(error: PushError): Record<string, string> {
  if (error instanceof MediaTypeUnsupported) return { accept: error.types.join(', ') };
  return error instanceof ContentEncodingUnsupported ? { 'accept-encoding': 'gzip, identity' } : {};
}

function allow(error: PushError): Record<string, string> {
  return error instanceof MethodNotAllowed ? { allow: error.allowed.join(', ') } : {};
}
