import { newId, currentTraceId, currentTraceparent, withTrace } from '#libs/kernel';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, RawRequestDefaultExpression as RawRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { problemOf } from '../errors/problem.ts';
import { headersOfCall } from './trace-calls.ts';

interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly code: string;
  readonly detail: string;
}

interface ClientError {
  readonly code?: string;
}

const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    reason: 'Request Header Fields Too Large',
    code: 'headers_too_large',
    detail: 'The headers are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    reason: 'Request Timeout',
    code: 'request_timeout',
    detail: 'The request took too long to arrive',
  },
};

const malformed: Refusal = { status: 400, reason: 'Bad Request', code: 'request_invalid', detail: 'This is not HTTP/1.1' };

/** Of a request that cannot be read; it may have been for any path. */
const unreadUrl = '/v1/';

interface UrlError {
  readonly code: string;
  readonly statusCode?: number;
}

const tooLong = { code: 'url_too_long', status: 414, detail: 'A part of the path is too long' };

const invalid = { code: 'url_invalid', status: 400, detail: 'The path is not percent-encoded UTF-8' };

export interface HttpLimits {
  /** Largest body in bytes; default 1 MiB. Calls that create sends take eight times as much. */
  readonly bodyBytes?: number;
  /** A whole request must have arrived within this long; default 120 s. */
  readonly requestTimeoutMs?: number;
  /** Its headers within this long; default 15 s. */
  readonly headersTimeoutMs?: number;
  /** A connection on which nothing moves for this long, in either direction, is closed: who takes nothing of an answer frees its place; default 120 s. */
  readonly idleTimeoutMs?: number;
  /** How often clients that are too slow are looked for; default 5 s. */
  readonly slowClientsEveryMs?: number;
  /** Connections at a time, beyond which new ones are closed; default 10,000. */
  readonly connections?: number;
}

/** The caller's own name for its request, where it is one that logs and headers can carry. */
function saneId(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && /^[\w.:+/=@~-]{1,128}$/.test(header) ? header : undefined;
}

/** An id of 128 characters, each of at most 4 bytes, percent-encoded, and some room. */
const maxPathParameter = 128 * 4 * 3 + 64;

/** The HTTP server of every service, with limits on everything a client sends. Its body parsers are those of `prepareHttp`. */
export class HttpAdapter extends FastifyAdapter {
  constructor(limits: HttpLimits = {}) {
    const { bodyBytes = 1_048_576, requestTimeoutMs = 120_000, headersTimeoutMs = 15_000, slowClientsEveryMs = 5_000 } = limits;
    const { connections = 10_000, idleTimeoutMs = 120_000 } = limits;
    super({
      bodyLimit: bodyBytes,
      requestTimeout: requestTimeoutMs,
      connectionTimeout: idleTimeoutMs,
      http: {
        headersTimeout: headersTimeoutMs,
        connectionsCheckingInterval: slowClientsEveryMs,
        maxHeaderSize: 16_384,
        requireHostHeader: false, // Node's own refusal says nothing; ours is a problem document
      },
      rewriteUrl: originForm,
      genReqId: ({ headers }: IncomingMessage) => saneId(headers['x-request-id']) ?? newId(),
      routerOptions: { maxParamLength: maxPathParameter },
      clientErrorHandler: answerClientError,
      frameworkErrors: answerUnroutable,
    });
    this.getHttpServer().maxConnections = connections;
  }

  /** Nest would add parsers that take forms and let dangerous keys pass. */
  override registerParserMiddleware(): void {
    return;
  }
}

/** `GET http://host/v1/… HTTP/1.1` is the same request as one of `/v1/…` at that host, whatever its `Host` says (RFC 9112 section 3.2.2). */
function originForm(request: RawRequest): string {
  const { url = '/', headers } = request;
  const [, host, rest = ''] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(url) ?? [];
  if (host === undefined) return url;
  headers.host = host;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** A path that the router cannot read reaches no hook and no filter; it is answered here, with the headers of every other answer. */
function answerUnroutable(error: UrlError, request: Pick<FastifyRequest, 'id' | 'url' | 'headers'>, reply: FastifyReply): void {
  const refusal = error.statusCode === 414 ? tooLong : invalid;
  const cause = [request.headers['traceparent']].flat();
  withTrace(cause.length === 1 ? cause[0] : undefined, () => {
    void reply
      .status(refusal.status)
      .headers(headersOfCall(currentTraceparent() ?? '', request))
      .type('application/problem+json')
      .send(Buffer.from(JSON.stringify(problemOf({ ...refusal, traceId: currentTraceId() ?? '' })))); // of a text, Fastify would add the charset
  });
}

/** What Node's parser refuses before there is a request; the answer is a problem document like any other. */
function answerClientError(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, reason, code, detail } = refusals[error.code ?? ''] ?? malformed;
  withTrace(undefined, () => {
    const body = JSON.stringify(problemOf({ code, status, detail, traceId: currentTraceId() ?? '' }));
    const headers = {
      ...headersOfCall(currentTraceparent() ?? '', { id: newId(), url: unreadUrl }),
      'content-type': 'application/problem+json',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`);
  });
}
