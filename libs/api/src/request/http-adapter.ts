import { newId } from '#libs/kernel';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { IncomingMessage } from 'node:http';
import { answerClientError } from './client-error.ts';
import { answerUnroutable } from './unroutable.ts';

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
const longestPathParameter = 128 * 4 * 3 + 64;

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
      routerOptions: { maxParamLength: longestPathParameter },
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
