import { errorCode, Http2Peer, lastStreamId, type Http2PeerListener } from '#libs/http2';
import type { Clock } from '#libs/kernel';
import { Http2Exchange } from './http2-exchange.ts';
import { Http2Pulse } from './http2-pulse.ts';
import type { Http2TransportSettings } from './http2-transport-settings.ts';
import { openSocket } from './open-socket.ts';
import { RequestHeads } from './request-heads.ts';
import type { Sending } from './sending.ts';
import { StreamsInFlight } from './streams-in-flight.ts';
import type { Destination, RequestBatch } from './transport.ts';

/** What a pool hears from its connections. */
export interface ConnectionKeeper {
  /** It may carry more than before. */
  freed(): void;
  /** Requests of a batch came back unprocessed. */
  again(sending: Sending): void;
  /** It takes no more, for good. Comes once, `closed` after it. */
  leaves(connection: Http2Connection): void;
  closed(connection: Http2Connection): void;
}

/** A body is written here and copied to the socket's buffer before the next one is. */
const scratch = Buffer.allocUnsafeSlow(65_536);

/** One HTTP/2 connection: counts its streams, obeys SETTINGS and GOAWAY, and ends when the other end is dead. */
export class Http2Connection implements Http2PeerListener {
  readonly lastTaken = 0; // a server begins no streams
  readonly #peer: Http2Peer;
  readonly #heads: RequestHeads;
  readonly #pulse: Http2Pulse;
  readonly #inFlight = new StreamsInFlight();
  #nextStream = 1;
  #peakInFlight = 0;
  /** And has not been given more since. */
  #wasFull = false;
  readonly #openedAt: number;
  #limit = 0;
  #isLeaving = false;
  /** The server said goodbye without an error. */
  #isDismissed = false;
  #answers = 0;
  #usedAt: number;
  #endReason: string | undefined;
  /** When the server said goodbye with an error: it may still write the answers that it has. */
  #brokenAt: number | undefined;

  constructor(
    private readonly destination: Destination,
    private readonly keeper: ConnectionKeeper,
    private readonly clock: Clock,
    private readonly timing: Http2TransportSettings,
  ) {
    this.#openedAt = this.#usedAt = clock.now();
    this.#peer = new Http2Peer(openSocket(destination), { role: 'client' }, this);
    this.#heads = new RequestHeads(destination, this.#peer.encoder);
    this.#pulse = new Http2Pulse(() => { this.#peer.ping(); }, clock, timing); // prettier-ignore
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** The most at once since it was last idle. */
  get peakInFlight(): number {
    return this.#peakInFlight;
  }

  /** It served somebody, or ended in good order: its successor may be made at once. */
  get wasOfUse(): boolean {
    return this.#answers > 0 || this.#isDismissed;
  }

  get hasAnswered(): boolean {
    return this.#answers > 0;
  }

  /** It takes no more requests, for good. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** It is made, and the server has said how much it takes. */
  get isReady(): boolean {
    return this.#limit > 0 && !this.#isLeaving;
  }

  /** Requests it carries at once, as things stand. */
  get capacity(): number {
    if (this.#isLeaving) return 0;
    return this.destination.firstAlone && this.#answers === 0 ? Math.min(1, this.#limit) : this.#limit;
  }

  get hasRoom(): boolean {
    // One that has yet to prove that it lives is given nothing more to lose.
    return this.#inFlight.size < this.capacity && !this.#pulse.isAsked && !this.#peer.isShut;
  }

  /**
   * A write costs far more than what is written, so one that was full is given more when a quarter of it is free, and not each time that an answer comes.
   * What is urgent does not wait for that.
   */
  get hasRoomForSome(): boolean {
    const { capacity } = this;
    if (!this.hasRoom || (this.#wasFull && this.#inFlight.size > capacity - (capacity >> 2))) return false;
    this.#wasFull = false;
    return true;
  }

  begin(sending: Sending, index: number): void {
    const { batch } = sending;
    const head = this.#heads.write(batch, index);
    if (!head) {
      sending.unanswered(index, 'refused', 'invalid_request');
      return;
    }
    const now = this.clock.now();
    const stream = this.#nextStream;
    this.#nextStream += 2;
    this.#inFlight.put(stream, new Http2Exchange(sending, index, now + this.destination.requestDeadlineMs));
    this.#peakInFlight = this.#inFlight.size === 1 ? 1 : Math.max(this.#peakInFlight, this.#inFlight.size);
    this.#usedAt = now;
    if (this.#inFlight.size >= this.capacity) this.#wasFull = true;
    this.#peer.headers(stream, head, false);
    this.#peer.body(stream, bodyOf(batch, index));
    if (this.#nextStream > lastStreamId) this.leave();
  }

  /** Called every few hundred ms: ends what is overdue. */
  tick(now: number): void {
    if (this.#peer.isOver) return;
    if (this.#limit === 0 && !this.#isLeaving && now - this.#openedAt >= this.timing.connectDeadlineMs) this.end('connect_deadline');
    else if (this.#pulse.isDead(now)) this.end('ping_unanswered');
    else if (this.#brokenAt !== undefined && now - this.#brokenAt >= this.timing.brokenGraceMs) this.end('goaway_error');
    else this.#tickOpen(now);
  }

  /** Takes no more requests; closes when the last is answered. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.keeper.leaves(this);
    this.#closeWhenIdle();
  }

  /** Ends it now: what is in flight is lost. */
  end(reason: string): void {
    this.#endReason ??= reason;
    this.#peer.destroy();
  }

  settings(maxConcurrentStreams: number | undefined): void {
    const before = this.#limit > 0 ? this.#limit : Infinity;
    this.#limit = Math.min(this.destination.maxStreams, maxConcurrentStreams ?? before);
    this.keeper.freed();
  }

  headers(stream: number, fields: readonly string[], isLast: boolean): void {
    const exchange = this.#inFlight.get(stream);
    if (!exchange) return;
    exchange.headed(fields);
    if (isLast) this.#answered(stream, exchange);
  }

  data(stream: number, bytes: Buffer, isLast: boolean): void {
    const exchange = this.#inFlight.get(stream);
    if (!exchange) return;
    const widened = exchange.read(bytes, isLast);
    if (widened > 0) this.#peer.widen(stream, widened);
    if (isLast) this.#answered(stream, exchange);
  }

  reset(stream: number, code: number): void {
    const exchange = this.#inFlight.get(stream);
    if (!exchange) return;
    this.#inFlight.remove(stream);
    if (code === errorCode.refusedStream) this.#refused(exchange, 'refused_stream');
    else exchange.lost('reset');
    this.#released();
  }

  goaway(lastStream: number, code: number): void {
    if (code === errorCode.none) this.#isDismissed = true;
    else this.#brokenAt ??= this.clock.now();
    for (const [stream, exchange] of this.#inFlight.entries()) {
      if (stream <= lastStream) continue;
      this.#inFlight.remove(stream);
      this.#refused(exchange, 'goaway');
    }
    this.leave();
    this.#released();
  }

  pinged(): void {
    this.#pulse.pinged();
    this.keeper.freed();
  }

  freed(): void {
    this.keeper.freed();
  }

  closed(hadError: boolean): void {
    this.leave();
    if (this.#brokenAt !== undefined) this.#endReason ??= 'goaway_error';
    this.#endReason ??= hadError ? 'connection_error' : 'connection_lost';
    for (const [stream, exchange] of this.#inFlight.entries()) {
      this.#inFlight.remove(stream);
      exchange.lost(this.#endReason);
    }
    this.keeper.closed(this);
  }

  #answered(stream: number, exchange: Http2Exchange): void {
    this.#inFlight.remove(stream);
    this.#peer.answered(stream);
    this.#answers += 1;
    this.#pulse.heard();
    exchange.answered();
    this.#released();
  }

  #refused(exchange: Http2Exchange, reason: string): void {
    if (exchange.refused(reason)) this.keeper.again(exchange.sending);
  }

  #released(): void {
    this.#closeWhenIdle();
    this.keeper.freed();
  }

  #closeWhenIdle(): void {
    if (!this.#isLeaving || this.#inFlight.size > 0 || this.#peer.isOver) return;
    this.#peer.goaway(0, errorCode.none);
    this.#peer.end();
  }

  #tickOpen(now: number): void {
    this.#expire(now);
    if (this.#inFlight.size === 0 && now - this.#usedAt >= this.timing.closeAfterIdleMs) this.leave();
    else if (this.#limit > 0 && this.#pulse.isSilent(now)) this.#ping(now);
  }

  /** In the order of their starts, and all with one deadline: the first that is not overdue ends the search. */
  #expire(now: number): void {
    for (const [stream, exchange] of this.#inFlight.entries()) {
      if (exchange.dueAt > now) return;
      this.#inFlight.remove(stream);
      this.#peer.reset(stream, errorCode.cancel);
      exchange.lost('deadline');
      this.#ping(now);
      this.#released();
    }
  }

  #ping(now: number): void {
    if (!this.#isLeaving) this.#pulse.ask(now);
  }
}

function bodyOf(batch: RequestBatch, index: number): Buffer {
  const length = batch.bodyLength(index);
  const bytes = length <= scratch.length ? scratch.subarray(0, length) : Buffer.allocUnsafe(length);
  batch.writeBody(index, bytes, 0);
  return bytes;
}
