import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { SimulatedProvider } from '../simulated-provider.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { Caller, WireAnswer } from './caller.ts';
import { collectBody } from './request-body.ts';

/** A whole request over HTTP/1.1. */
export interface Http1Request {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** Names and values in turn, names in lower case. */
  readonly fields: readonly string[];
  /** Of `maxBodyBytes` and a bit at most; what is longer is cut and is too long for every provider's own rule. */
  readonly body: Buffer;
}

export interface Http1Options {
  readonly provider: SimulatedProvider;
  readonly process: (request: Http1Request, caller: Caller) => void;
  /** 64 KiB unless said; more where a request names many addresses. */
  readonly maxBodyBytes?: number;
}

/** What one connection has served. */
interface Served {
  readonly openedAt: number;
  requests: number;
}

/**
 * Reads HTTP/1.1 requests whole and gives each to `process` with its sender. Counts connections and ends those that a connection fault is due for:
 * `goaway` closes with the answer (`connection: close`), `goaway_error` breaks the connection after it, unannounced.
 */
export function http1Requests({ provider, process, maxBodyBytes }: Http1Options, world: SimulatedWorld): RequestListener {
  const connections = new WeakMap<Socket, Served>();
  return (request, response) => {
    const served = servedBy(request, response);
    const done = (body: Buffer): void => {
      const { method = '', url: path = '', rawHeaders } = request;
      const fields = rawHeaders.map((text, at) => (at % 2 === 0 ? text.toLowerCase() : text));
      process({ method, path, fields, body }, new Http1Caller(response, () => dueAfter(served)));
    };
    collectBody(request, done, maxBodyBytes);
  };

  function servedBy({ socket }: IncomingMessage, response: ServerResponse): Served {
    response.on('error', () => undefined); // a client that breaks off is not our fault to report
    const known = connections.get(socket);
    if (known) return known;
    const summary = world.ledger.summary.of(provider);
    summary.connections += 1;
    summary.maxStreams = Math.max(summary.maxStreams, 1);
    const served: Served = { openedAt: world.clock.now(), requests: 0 };
    connections.set(socket, served);
    return served;
  }

  function dueAfter(served: Served): 'goaway' | 'goaway_error' | undefined {
    served.requests += 1;
    return world.connectionFaults.dueFor(provider, served.requests, served.openedAt, world.clock)?.behaviour;
  }
}

/** The sender of one HTTP/1.1 request. */
class Http1Caller implements Caller {
  constructor(
    private readonly response: ServerResponse,
    /** Counts this request as served, and says how the connection ends with it. */
    private readonly endAfter: () => 'goaway' | 'goaway_error' | undefined,
  ) {}

  answer(answer: WireAnswer, delayMs: number): void {
    if (delayMs === 0) this.#send(answer);
    else setTimeout(() => { this.#send(answer); }, delayMs).unref(); // prettier-ignore
  }

  reset(): void {
    this.response.socket?.destroy();
  }

  /** HTTP/1.1 has no GOAWAY: the connection ends with the answer, or without one. */
  goAway(withError: boolean): boolean {
    if (withError) this.reset();
    else this.response.setHeader('connection', 'close');
    return withError;
  }

  #send({ head: [, status, ...headers], own = [], body = '' }: WireAnswer): void {
    const { response } = this;
    if (response.destroyed || response.headersSent) return;
    const end = this.endAfter();
    if (end === 'goaway') response.setHeader('connection', 'close');
    if (end === 'goaway_error') {
      const { socket } = response;
      response.once('finish', () => setImmediate(() => socket?.destroy()));
    }
    const length = status === '204' ? [] : ['content-length', String(Buffer.byteLength(body))];
    response.writeHead(Number(status), [...headers, ...own, ...length]);
    response.end(body);
  }
}
