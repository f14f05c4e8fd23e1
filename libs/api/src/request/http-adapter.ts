import { newId, currentTraceId, withTrace } from '#libs/kernel';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { problemOf } from '../errors/problem.ts';

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
      http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: slowClientsEveryMs, maxHeaderSize: 16_384 },
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

/** A path that the router cannot read reaches no hook and no filter; it is answered here. */
function answerUnroutable(error: UrlError, _request: unknown, reply: FastifyReply): void {
  const refusal = error.statusCode === 414 ? tooLong : invalid;
  const body = withTrace(undefined, () => problemOf({ ...refusal, traceId: currentTraceId() ?? '' }));
  void reply.status(refusal.status).type('application/problem+json').send(JSON.stringify(body));
}

/** What Node's parser refuses before there is a request; the answer is a problem document like any other. */
function answerClientError(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, reason, code, detail } = refusals[error.code ?? ''] ?? malformed;
  const { traceId, body } = withTrace(undefined, () => {
    const id = currentTraceId() ?? '';
    return { traceId: id, body: JSON.stringify(problemOf({ code, status, detail, traceId: id })) };
  });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nX-Trace-Id: ${traceId}\r\nConnection: close\r\n\r\n${body}`,
  );
}
