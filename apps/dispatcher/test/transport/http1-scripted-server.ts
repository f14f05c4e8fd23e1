import { selfSigned } from '#libs/testing/engines';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Destination } from '../../src/transport/transport.ts';
import type { SeenRequest, TrialServer, TrialSettings } from './trial-server.ts';

/** An HTTP/1.1 server on a free local port that behaves as a test says. */
export class Http1ScriptedServer implements TrialServer {
  readonly otherProtocol = 'h2';
  readonly seen: SeenRequest[] = [];
  readonly sockets: Socket[] = [];
  /** One request at a time is all that a connection carries. */
  readonly mostStreams = 1;
  script: (request: SeenRequest) => void = (request) => {
    request.answer();
  };
  early: TrialServer['early'];
  readonly #server: Server;

  private constructor(
    private readonly identity: Awaited<ReturnType<typeof selfSigned>>,
    private readonly maxConnections: number,
  ) {
    this.#server = createServer(identity, (request, response) => {
      this.#receive(request, response);
    });
    this.#server.on('secureConnection', (socket) => {
      this.sockets.push(socket);
      socket.on('error', () => undefined);
    });
  }

  static async start({ maxConcurrentStreams = 1 }: TrialSettings = {}): Promise<Http1ScriptedServer> {
    const server = new Http1ScriptedServer(await selfSigned(), maxConcurrentStreams);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get connectionsMade(): number {
    return this.sockets.length;
  }

  /** How long it keeps a connection that nobody uses, ms. */
  set keepAliveMs(ms: number) {
    this.#server.keepAliveTimeout = ms;
  }

  destination(parts: Partial<Destination> = {}): Destination {
    const limits = { maxConnections: this.maxConnections, maxStreams: 1, firstAlone: false, requestDeadlineMs: 60_000 };
    const { port } = this;
    return { key: `local:${port}`, protocol: 'http/1.1', host: '127.0.0.1', port, ca: this.identity.cert, ...limits, ...parts };
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    if (this.early) {
      response.writeHead(this.early.status).end(this.early.body);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.#ended(request, response, Buffer.concat(chunks).toString());
    });
  }

  #ended(request: IncomingMessage, response: ServerResponse, body: string): void {
    const answer = (status = 200, own: Record<string, string> = {}, text = '') => {
      response.writeHead(status, own).end(text);
    };
    const seen: SeenRequest = {
      number: this.seen.length,
      headers: { ...request.headers, ':path': request.url, ':method': request.method },
      body,
      connection: this.sockets.indexOf(request.socket),
      get stream(): never {
        throw new Error('HTTP/1.1 has no streams');
      },
      get session(): never {
        throw new Error('HTTP/1.1 has no sessions');
      },
      answer,
      answerAtLength: (announced, own, text, trailers) => {
        response.writeEarlyHints({ link: '</style.css>; rel=preload', ...announced });
        response.writeHead(200, { ...own, trailer: Object.keys(trailers).join(', ') });
        response.write(text);
        response.addTrailers(trailers);
        response.end();
      },
      answerAndLeave: (status, text) => {
        answer(status, { connection: 'close' }, text);
      },
      breakOff: () => {
        response.writeHead(200, { 'content-length': '100' }).write('half');
        setTimeout(() => {
          request.socket.destroy();
        }, 20);
      },
    };
    this.seen.push(seen);
    this.script(seen);
  }
}
