import { errorCode, Http2Peer, lastStreamId, type Http2PeerListener } from '#libs/http2';
import type { Clock } from '#libs/kernel';
import type { ConnectionKeeper, PooledConnection } from './pooled-connection.ts';
import { BareAnswer } from './http2-exchange.ts';
import { Http2Pulse } from './http2-pulse.ts';
import type { Http2TransportSettings } from './http2-transport-settings.ts';
import { openSocket } from './open-socket.ts';
import { OpenRequests } from './open-requests.ts';
import { RequestWriter } from './request-writer.ts';
import type { Sending } from './sending.ts';
import type { Answer, Destination } from './transport.ts';

/** One HTTP/2 connection: counts its streams, obeys SETTINGS and GOAWAY, and ends when the other end is dead. */
export class Http2Connection implements Http2PeerListener, PooledConnection {
  readonly openedAt: number;
  readonly lastTaken = 0; // a server begins no streams
  readonly #peer: Http2Peer;
  readonly #writer: RequestWriter;
  readonly #pulse: Http2Pulse;
  readonly #open = new OpenRequests();
  readonly #bare = new BareAnswer();
  #nextStream = 1;
  /** And has not been given more since. */
  #wasFull = false;
  #limit = 0;
  #isLeaving = false;
  /** The server said goodbye without an error. */
  #isDismissed = false;
  #answers = 0;
  /** As many of them as the pool has heard of. */
  #toldAnswers = 0;
  #usedAt: number;
  #endReason: string | undefined;

  constructor(
    private readonly destination: Destination,
    private readonly keeper: ConnectionKeeper,
    clock: Clock,
    private readonly timing: Http2TransportSettings,
  ) {
    this.openedAt = this.#usedAt = clock.now();
    this.#peer = new Http2Peer(openSocket(destination), { role: 'client' }, this);
    this.#writer = new RequestWriter(destination, this.#peer);
    this.#pulse = new Http2Pulse(() => { this.#peer.ping(); }, clock, timing); // prettier-ignore
  }

  get inFlight(): number {
    return this.#open.size;
  }

  /** The most at once since it was last idle. */
  get peakInFlight(): number {
    return this.#open.most;
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
    return this.#open.size < this.capacity && !this.#pulse.isAsked && !this.#peer.isShut;
  }

  /**
   * A write costs far more than what is written, so one that was full is given more when a quarter of it is free, and not each time that an answer comes.
   * What is urgent does not wait for that.
   */
  get hasRoomForSome(): boolean {
    const { capacity } = this;
    if (!this.hasRoom || (this.#wasFull && this.#open.size > capacity - (capacity >> 2))) return false;
    this.#wasFull = false;
    return true;
  }

  begin(sending: Sending, index: number, now: number): void {
    if (!this.#writer.send(this.#nextStream, sending.batch, index)) {
      sending.unanswered(index, 'refused', 'invalid_request');
      return;
    }
    this.#open.begin(this.#nextStream, sending, index, now + this.destination.requestDeadlineMs);
    this.#nextStream += 2;
    this.#usedAt = now;
    if (this.#open.size >= this.capacity) this.#wasFull = true;
    if (this.#nextStream > lastStreamId) this.leave();
  }

  /** Called every few hundred ms: ends what is overdue. */
  tick(now: number): void {
    if (this.#peer.isOver) return;
    const reason = this.#pulse.reasonToEnd(now, this.#limit === 0 && !this.#isLeaving);
    if (reason !== undefined) {
      this.end(reason);
      return;
    }
    this.#expire(now);
    if (this.#open.size === 0 && now - this.#usedAt >= this.timing.closeAfterIdleMs) this.leave();
    else if (this.#limit > 0 && this.#pulse.isSilent(now)) this.#ping(now);
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
    const exchange = this.#open.exchange(stream);
    if (!exchange) return;
    exchange.headed(fields);
    if (isLast) this.#ended(stream, exchange);
  }

  answered(stream: number, status: number, fields: () => readonly string[]): void {
    if (!this.#open.has(stream)) return;
    if (this.#open.isBeingAnswered(stream)) {
      this.headers(stream, fields(), true);
      return;
    }
    this.#bare.status = status;
    this.#bare.fields = fields;
    this.#ended(stream, this.#bare);
  }

  data(stream: number, bytes: Buffer, isLast: boolean): void {
    const exchange = this.#open.exchange(stream);
    if (!exchange) return;
    const widened = exchange.read(bytes, isLast);
    if (widened > 0) this.#peer.widen(stream, widened);
    if (isLast) this.#ended(stream, exchange);
  }

  reset(stream: number, code: number): void {
    if (!this.#open.has(stream)) return;
    if (code === errorCode.refusedStream) this.#refused(stream, 'refused_stream');
    else this.#open.lost(stream, 'reset');
    this.#released();
  }

  goaway(lastStream: number, code: number): void {
    if (code === errorCode.none) this.#isDismissed = true;
    else this.#pulse.broke();
    for (const stream of this.#open.streams()) if (stream > lastStream) this.#refused(stream, 'goaway');
    this.leave();
    this.#released();
  }

  pinged(): void {
    this.#pulse.pinged();
    this.keeper.freed();
  }

  /** Once for all answers that came together: the next requests leave together as well. */
  told(): void {
    if (this.#answers === this.#toldAnswers) return;
    this.#toldAnswers = this.#answers;
    this.#pulse.heard();
    this.#released();
  }

  freed(): void {
    this.keeper.freed();
  }

  closed(hadError: boolean): void {
    this.leave();
    if (this.#pulse.isBroken) this.#endReason ??= 'goaway_error';
    this.#endReason ??= hadError ? 'connection_error' : 'connection_lost';
    for (const stream of this.#open.streams()) this.#open.lost(stream, this.#endReason);
    this.keeper.closed(this);
  }

  #ended(stream: number, answer: Answer): void {
    this.#open.answered(stream, answer);
    this.#peer.answered(stream);
    this.#answers += 1;
  }

  #refused(stream: number, reason: string): void {
    const sending = this.#open.refused(stream, reason);
    if (sending) this.keeper.again(sending);
  }

  #released(): void {
    this.#closeWhenIdle();
    this.keeper.freed();
  }

  #closeWhenIdle(): void {
    if (!this.#isLeaving || this.#open.size > 0 || this.#peer.isOver) return;
    this.#peer.goaway(0, errorCode.none);
    this.#peer.end();
  }

  #expire(now: number): void {
    for (const stream of this.#open.overdue(now)) {
      this.#peer.reset(stream, errorCode.cancel);
      this.#open.lost(stream, 'deadline');
      this.#ping(now);
      this.#released();
    }
  }

  #ping(now: number): void {
    if (!this.#isLeaving) this.#pulse.ask(now);
  }
}
