import type { Socket } from 'node:net';
import { ConnectionError, errorCode, Http2Peer, type Http2PeerListener } from '#libs/http2';
import type { SimulatedProvider } from '../simulated-provider.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { AnswerWriter } from './answer-writer.ts';
import type { Caller, WireAnswer } from './caller.ts';
import { areTrailers } from './request-fields.ts';
import { RequestReader } from './request-reader.ts';
import { RequestStream } from './request-stream.ts';

export interface Http2ConnectionOptions {
  readonly provider: SimulatedProvider;
  /** Streams that the client may have open at once, at first. */
  readonly streams: number;
  /** What one more stream meets: REFUSED_STREAM, or the end of the connection, once the client has acknowledged the limit. */
  readonly overLimit: 'refuse' | 'end';
  /** Takes a whole request; fields are names and values in turn, and `body` is valid during the call. */
  readonly process: (fields: readonly string[], body: Buffer, caller: Caller) => void;
}

/** From GOAWAY to the end of the connection at most, however many streams still want an answer. */
const leaveDeadlineMs = 1_000;
/** A connection that breaks takes requests along: as many as were on their way, which is not many. */
const maxLost = 10;
const nothing = Buffer.alloc(0);

/** One client's HTTP/2 connection: counts its streams and requests, and ends it in an orderly way or not. */
export class Http2Connection implements Http2PeerListener {
  readonly #peer: Http2Peer;
  readonly #answers: AnswerWriter;
  readonly #reader = new RequestReader();
  readonly #openedAt: number;
  /** Those that are not answered yet. */
  readonly #streams = new Map<number, RequestStream>();
  #limit: number;
  #newest = 0;
  #lastTaken = 0;
  #requests = 0;
  /** Requests are taken and not answered any more: how many, once it is so. */
  #lost: number | undefined;
  /** GOAWAY is out. */
  #isLeaving = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(
    socket: Socket,
    private readonly options: Http2ConnectionOptions,
    private readonly world: SimulatedWorld,
  ) {
    this.#openedAt = world.clock.now();
    this.#limit = options.streams;
    this.#peer = new Http2Peer(socket, { role: 'server', maxConcurrentStreams: options.streams }, this);
    this.#answers = new AnswerWriter(this.#peer);
    world.ledger.summary.of(options.provider).connections += 1;
  }

  get isEnding(): boolean {
    return this.#isLeaving || this.#peer.isOver;
  }

  limitStreams(streams: number): void {
    this.#limit = streams;
    this.#peer.limitStreams(streams);
  }

  /**
   * Nothing above the highest stream taken was processed, nor will be, and GOAWAY says so (RFC 9113 section 6.8). Without an error the streams
   * up to it are answered; with one, what is not answered by now never is.
   */
  end(withError: boolean, reason: string): void {
    if (this.isEnding) return;
    this.#isLeaving = true;
    this.#peer.goaway(this.#lastTaken, withError ? errorCode.internal : errorCode.none, Buffer.from(JSON.stringify({ reason })));
    for (const stream of this.#streams.keys()) if (withError || stream > this.#lastTaken) this.#streams.delete(stream);
    this.#deadline = setTimeout(() => { this.#peer.destroy(); }, leaveDeadlineMs); // prettier-ignore
    if (withError) this.#peer.end();
    else this.#endWhenAnswered();
  }

  /** GOAWAY must not exclude this stream from here on. */
  taken(stream: number): void {
    this.#lastTaken = Math.max(this.#lastTaken, stream);
  }

  respond(stream: number, answer: WireAnswer): void {
    if (this.#lost === undefined && this.#streams.delete(stream)) {
      this.#answers.send(stream, answer);
    }
    this.#handled();
    this.#endWhenAnswered();
  }

  breakOff(stream: number): void {
    if (this.#streams.delete(stream)) this.#peer.reset(stream, errorCode.internal);
    this.#endWhenAnswered();
  }

  /** True when GOAWAY can exclude this stream, because no later one has been taken. */
  endBefore(stream: number, withError: boolean, reason: string): boolean {
    if (this.isEnding) return false;
    const isExcluded = this.#lastTaken < stream;
    this.end(withError, reason);
    return isExcluded;
  }

  get lastTaken(): number {
    return this.#lastTaken;
  }

  headers(stream: number, fields: readonly string[], isLast: boolean): void {
    const known = this.#streams.get(stream);
    if (known) this.#trailers(known, fields, isLast);
    else if (stream > this.#newest) this.#opened(stream, fields, isLast);
    else if (!isLast) throw broken('a stream begins twice, or too late'); // the trailers of a stream that is over are no fault
  }

  data(stream: number, bytes: Buffer, isLast: boolean): void {
    const known = this.#streams.get(stream);
    if (known) this.#received(known, bytes, isLast);
  }

  reset(stream: number): void {
    this.#streams.delete(stream);
    this.#endWhenAnswered();
  }

  freed(): void {
    this.#endWhenAnswered();
  }

  closed(): void {
    clearTimeout(this.#deadline);
    this.#streams.clear();
  }

  settings(): void {
    // a client's limits are on what a server begins, which is nothing
  }

  goaway(): void {
    // its streams are answered all the same
  }

  pinged(): void {
    // a server leaves it to its clients to ask
  }

  #opened(stream: number, fields: readonly string[], isLast: boolean): void {
    if (stream % 2 === 0) throw broken('a client begins streams with odd numbers');
    this.#newest = stream;
    if (this.#isLeaving) return; // GOAWAY excludes it: its client sends it elsewhere
    if (this.#streams.size + this.#peer.waitingBodies >= this.#limit) {
      this.#refuse(stream);
      return;
    }
    const request = this.#reader.read(fields);
    if (request === 'malformed') {
      this.#peer.reset(stream, errorCode.protocol);
    } else {
      const opened = new RequestStream(this, stream, fields, request.contentLength);
      this.#streams.set(stream, opened);
      const summary = this.world.ledger.summary.of(this.options.provider);
      summary.maxStreams = Math.max(summary.maxStreams, this.#streams.size);
      if (isLast) this.#received(opened, nothing, true);
    }
  }

  #refuse(stream: number): void {
    if (this.options.overLimit === 'end' && this.#peer.isSettled) throw broken('exceeded_max_concurrent_streams');
    this.#peer.reset(stream, errorCode.refusedStream);
  }

  /** They end a request, or are none; what they say is of no interest. */
  #trailers(stream: RequestStream, fields: readonly string[], isLast: boolean): void {
    if (isLast && areTrailers(fields)) this.#received(stream, nothing, true);
    else this.#cut(stream, errorCode.protocol);
  }

  #received(stream: RequestStream, bytes: Buffer, isLast: boolean): void {
    if (stream.isWhole) {
      this.#cut(stream, errorCode.streamClosed);
    } else if (!stream.isAsPromised(bytes.length, isLast)) {
      this.#cut(stream, errorCode.protocol);
    } else if (isLast) {
      stream.end(bytes, this.options.process);
    } else {
      const read = stream.add(bytes);
      if (read > 0) this.#peer.widen(stream.id, read);
    }
  }

  #cut(stream: RequestStream, code: number): void {
    this.#streams.delete(stream.id);
    this.#peer.reset(stream.id, code);
    this.#endWhenAnswered();
  }

  /** Called once a request has its answer, or has lost it. */
  #handled(): void {
    this.#requests += 1;
    if (this.#lost !== undefined) {
      this.#lost += 1;
      if (this.#lost === maxLost) this.end(true, 'Shutdown');
      return;
    }
    const due = this.world.connectionFaults.dueFor(this.options.provider, this.#requests, this.#openedAt, this.world.clock);
    if (due?.behaviour === 'goaway') this.end(false, 'Shutdown');
    else if (due) this.#break();
  }

  #break(): void {
    this.#lost = 0;
    setImmediate(() => { this.end(true, 'Shutdown'); }); // prettier-ignore
  }

  #endWhenAnswered(): void {
    if (this.#isLeaving && this.#streams.size === 0 && this.#peer.waitingBodies === 0) this.#peer.end();
  }
}

function broken(message: string): ConnectionError {
  return new ConnectionError(errorCode.protocol, message);
}
