import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { SimulatedProvider } from '../simulated-provider.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import type { Caller, WireAnswer } from './caller.ts';
import { collectBody } from './request-body.ts';

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

/** From GOAWAY to the end of the connection at most, however many streams still want an answer. */
const leaveDeadlineMs = 1_000;
/** From the last answer to the end, for the client to read it: a socket that is closed while the client writes takes unread answers along. */
const lingerMs = 200;

/** One client's HTTP/2 connection: counts its streams and requests, and ends it in an orderly way or not. */
export class Http2Connection {
  readonly #openedAt: number;
  #requests = 0;
  #openStreams = 0;
  #highestTaken = 0;
  /** What GOAWAY said, once it is out. */
  #goaway: { readonly last: number; readonly withError: boolean } | undefined;
  #end: NodeJS.Timeout | undefined;

  constructor(
    private readonly session: ServerHttp2Session,
    private readonly provider: SimulatedProvider,
    private readonly world: SimulatedWorld,
  ) {
    this.#openedAt = world.clock.now();
    world.ledger.summary.of(provider).connections += 1;
  }

  /** The connection is lost: what is not answered by now never is. */
  get isCut(): boolean {
    return this.#goaway?.withError ?? false;
  }

  /** Calls `process` once the request is there as a whole; never for a stream that GOAWAY excludes by then, as its client sends it elsewhere. */
  receive(stream: ServerHttp2Stream, process: (body: Buffer, caller: Caller) => void): void {
    stream.on('error', ignore); // the client's own reset; what it means is the client's business
    if (this.#isExcluded(stream)) return;
    this.#opened(stream);
    collectBody(stream, (body) => {
      if (!this.#isExcluded(stream)) process(body, new StreamCaller(this, stream));
    });
  }

  /** Called when a request is decided upon, however late its answer: no GOAWAY may exclude it from here on. */
  taken(stream: ServerHttp2Stream): void {
    this.#highestTaken = Math.max(this.#highestTaken, idOf(stream));
  }

  /** Called once a request has its answer. */
  handled(): void {
    this.#requests += 1;
    const due = this.world.connectionFaults.dueFor(this.provider, this.#requests, this.world.clock.now() - this.#openedAt);
    if (due) this.end(due.behaviour === 'goaway_error', 'Shutdown');
  }

  /**
   * Nothing above the highest stream taken was processed, nor will be, and GOAWAY says so (RFC 9113 section 6.8). Without an error the streams
   * up to it are answered. Never Node's `close` on top: its own GOAWAY names a higher stream, which is a protocol error.
   */
  end(withError: boolean, reason: string): void {
    if (this.#isEnding) return;
    this.#goaway = { last: this.#highestTaken, withError };
    const data = Buffer.from(JSON.stringify({ reason }));
    this.session.goaway(withError ? NGHTTP2_INTERNAL_ERROR : NGHTTP2_NO_ERROR, this.#highestTaken, data);
    this.session.on('close', () => {
      clearTimeout(this.#end);
    });
    this.#destroyIn(withError || this.#openStreams === 0 ? lingerMs : leaveDeadlineMs);
  }

  /** True when GOAWAY can exclude this stream: no later one has been taken, and there is an earlier one to name (Node cannot say 0). */
  endBefore(stream: ServerHttp2Stream, withError: boolean, reason: string): boolean {
    if (this.#isEnding) return false;
    const isExcluded = this.#highestTaken > 0 && this.#highestTaken < idOf(stream);
    if (!isExcluded) this.taken(stream);
    this.end(withError, reason);
    return isExcluded;
  }

  get #isEnding(): boolean {
    return this.#goaway !== undefined || this.session.closed || this.session.destroyed;
  }

  #isExcluded(stream: ServerHttp2Stream): boolean {
    return this.#goaway !== undefined && (this.#goaway.withError || idOf(stream) > this.#goaway.last);
  }

  #opened(stream: ServerHttp2Stream): void {
    this.#openStreams += 1;
    const summary = this.world.ledger.summary.of(this.provider);
    if (this.#openStreams > summary.maxStreams) summary.maxStreams = this.#openStreams;
    stream.on('close', () => {
      this.#openStreams -= 1;
      if (this.#goaway && this.#openStreams === 0) this.#destroyIn(lingerMs);
    });
  }

  #destroyIn(ms: number): void {
    clearTimeout(this.#end);
    if (this.session.destroyed) return;
    this.#end = setTimeout(() => { this.session.destroy(); }, ms); // prettier-ignore
  }
}

/** The sender of one stream. */
class StreamCaller implements Caller {
  constructor(
    private readonly connection: Http2Connection,
    private readonly stream: ServerHttp2Stream,
  ) {}

  answer(answer: WireAnswer, delayMs: number): void {
    this.connection.taken(this.stream);
    if (delayMs === 0) this.#send(answer);
    else setTimeout(() => { this.#send(answer); }, delayMs); // prettier-ignore
  }

  reset(): void {
    this.connection.taken(this.stream);
    this.stream.close(NGHTTP2_INTERNAL_ERROR);
  }

  goAway(withError: boolean, reason: string): boolean {
    return this.connection.endBefore(this.stream, withError, reason);
  }

  #send({ status, headers, body }: WireAnswer): void {
    const { stream } = this;
    if (!stream.closed && !stream.destroyed && !this.connection.isCut) {
      headers[':status'] = status;
      stream.respond(headers, { endStream: body === undefined });
      if (body !== undefined) stream.end(body);
    }
    this.connection.handled();
  }
}

function ignore(): void {
  // A function made beside the request would hold on to all of it.
}

function idOf(stream: ServerHttp2Stream): number {
  return stream.id ?? 0;
}
