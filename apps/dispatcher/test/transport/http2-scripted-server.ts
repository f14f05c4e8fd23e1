import { selfSigned } from '#libs/testing/engines';
import { once } from 'node:events';
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream, type Settings } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { Destination } from '../../src/transport/transport.ts';
import type { SeenRequest, TrialServer } from './trial-server.ts';

/** An HTTP/2 server on a free local port that behaves as a test says. */
export class ScriptedServer implements TrialServer {
  readonly otherProtocol = 'http/1.1';
  readonly seen: SeenRequest[] = [];
  readonly sessions: ServerHttp2Session[] = [];
  /** Streams open at once on one connection, at most. */
  mostStreams = 0;
  script: (request: SeenRequest) => void = (request) => {
    request.answer();
  };
  early: TrialServer['early'];
  readonly #server;

  private constructor(
    private readonly identity: { key: string; cert: string },
    settings: Settings,
  ) {
    this.#server = createSecureServer({ ...identity, settings });
    this.#server.on('session', (session) => {
      this.sessions.push(session);
      session.on('error', ignore);
    });
    this.#server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
      this.#receive(stream, headers);
    });
  }

  static async start(settings: Settings = {}): Promise<ScriptedServer> {
    const server = new ScriptedServer(await selfSigned(), settings);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  destination(parts: Partial<Destination> = {}): Destination {
    const limits = { maxConnections: 1, maxStreams: 100, firstAlone: false, requestDeadlineMs: 60_000 };
    return { key: `local:${this.port}`, protocol: 'h2', host: '127.0.0.1', port: this.port, ca: this.identity.cert, ...limits, ...parts };
  }

  get connectionsMade(): number {
    return this.sessions.length;
  }

  cut(): void {
    for (const session of this.sessions) session.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #receive(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const session: ServerHttp2Session | undefined = this.sessions.find((candidate) => candidate === stream.session);
    if (!session) return;
    stream.on('error', ignore);
    if (this.early) {
      stream.respond({ ':status': this.early.status });
      stream.end(this.early.body);
      return;
    }
    const openNow = streamsOf(session);
    openNow.add(stream);
    this.mostStreams = Math.max(this.mostStreams, openNow.size);
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('close', () => openNow.delete(stream));
    stream.on('end', () => {
      this.#ended(stream, session, headers, Buffer.concat(chunks).toString());
    });
  }

  #ended(stream: ServerHttp2Stream, session: ServerHttp2Session, headers: IncomingHttpHeaders, body: string): void {
    const answer = (status = 200, own: Record<string, string> = {}, text = '') => {
      streamsOf(session).delete(stream); // The client may use the place as soon as it has read the answer.
      stream.respond({ ':status': status, ...own });
      stream.end(text);
    };
    const connection = this.sessions.indexOf(session);
    const ways: Pick<SeenRequest, 'answerAtLength' | 'answerAndLeave' | 'breakOff'> = {
      answerAtLength: (announced, own, text, trailers) => {
        stream.additionalHeaders({ ':status': 103, ...announced });
        stream.respond({ ':status': 200, ...own }, { waitForTrailers: true });
        stream.on('wantTrailers', () => {
          stream.sendTrailers(trailers);
        });
        stream.end(text);
      },
      answerAndLeave: (status, text) => {
        answer(status, {}, text);
        session.close();
      },
      breakOff: () => {
        stream.respond({ ':status': 200 });
        stream.write('half');
        setTimeout(() => {
          session.destroy();
        }, 20);
      },
    };
    const request: SeenRequest = { number: this.seen.length, headers, body, stream, session, connection, answer, ...ways };
    this.seen.push(request);
    this.script(request);
  }
}

const openStreams = new WeakMap<ServerHttp2Session, Set<ServerHttp2Stream>>();

function streamsOf(session: ServerHttp2Session): Set<ServerHttp2Stream> {
  const known = openStreams.get(session) ?? new Set<ServerHttp2Stream>();
  openStreams.set(session, known);
  return known;
}

function ignore(): void {
  // The client's end of a connection may go at any time.
}
