import type { Clock } from '#libs/kernel';
import type { ClientHttp2Session, ClientHttp2Stream, Settings } from 'node:http2';
import type { Socket } from 'node:net';
import { Http2Exchange, type ExchangeKeeper } from './http2-exchange.ts';
import { Http2Pulse } from './http2-pulse.ts';
import { requestHeaders } from './http2-request-headers.ts';
import { openSession } from './http2-session.ts';
import type { Http2TransportSettings } from './http2-transport-settings.ts';
import type { Sending } from './sending.ts';
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

/** One HTTP/2 session: counts its streams, obeys SETTINGS and GOAWAY, and ends when the other end is dead. */
export class Http2Connection implements ExchangeKeeper {
  readonly #session: ClientHttp2Session;
  readonly #pulse: Http2Pulse;
  readonly #inFlight = new Set<Http2Exchange>();
  #peakInFlight = 0;
  readonly #openedAt: number;
  #limit = 0;
  #isLeaving = false;
  #isClosed = false;
  /** The server said goodbye without an error. */
  #isDismissed = false;
  #lastStreamId = Infinity;
  #answers = 0;
  #usedAt: number;
  #endReason: string | undefined;
  #socket: Socket | undefined;
  #sessionOverAt: number | undefined;

  constructor(
    private readonly destination: Destination,
    private readonly keeper: ConnectionKeeper,
    private readonly clock: Clock,
    private readonly settings: Http2TransportSettings,
  ) {
    this.#openedAt = this.#usedAt = clock.now();
    this.#session = openSession(destination);
    this.#pulse = new Http2Pulse(this.#session, clock, settings);
    this.#listen();
  }

  get lastStreamId(): number {
    return this.#lastStreamId;
  }

  get endReason(): string | undefined {
    return this.#endReason;
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
    return this.#inFlight.size < this.capacity && !this.#pulse.isAsked && !this.#session.closed;
  }

  begin(sending: Sending, index: number): void {
    const now = this.clock.now();
    const { batch } = sending;
    const stream = this.#request(batch, index);
    if (!stream) {
      sending.unanswered(index, 'refused', 'invalid_request');
      return;
    }
    const exchange = new Http2Exchange(this, sending, index, stream, now + this.destination.requestDeadlineMs);
    this.#inFlight.add(exchange);
    this.#peakInFlight = this.#inFlight.size === 1 ? 1 : Math.max(this.#peakInFlight, this.#inFlight.size);
    this.#usedAt = now;
    const body = Buffer.allocUnsafe(batch.bodyLength(index));
    batch.writeBody(index, body, 0);
    stream.end(body);
  }

  released(exchange: Http2Exchange): void {
    if (!this.#inFlight.delete(exchange)) return;
    if (exchange.isAnswered) {
      this.#answers += 1;
      this.#pulse.heard();
    }
    this.keeper.freed();
  }

  again(sending: Sending): void {
    this.keeper.again(sending);
  }

  /** Called every few hundred ms: ends what is overdue. */
  tick(now: number): void {
    if (this.#isClosed) return;
    if (this.#session.destroyed) this.#tickOver(now);
    else if (this.#limit === 0 && !this.#isLeaving && now - this.#openedAt >= this.settings.connectDeadlineMs) this.end('connect_deadline');
    else if (this.#pulse.isDead(now)) this.end('ping_unanswered');
    else this.#tickOpen(now);
  }

  /** Takes no more requests; closes when the last is answered. */
  leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.keeper.leaves(this);
    this.#session.close();
  }

  /** Ends it now: what is in flight is lost. */
  end(reason: string): void {
    this.#endReason ??= reason;
    this.#session.destroy();
    this.#socket?.destroy(); // a session that was closing already would wait for the server
  }

  /** Undefined for headers that cannot be written. */
  #request(batch: RequestBatch, index: number): ClientHttp2Stream | undefined {
    try {
      return this.#session.request(requestHeaders(batch, index, this.destination), { endStream: false });
    } catch {
      return undefined;
    }
  }

  /** Node waits for the server to close its half of the socket, too; some never do. */
  #tickOver(now: number): void {
    this.#sessionOverAt ??= now;
    if (now - this.#sessionOverAt >= this.settings.closeDeadlineMs) this.end('close_deadline');
  }

  #tickOpen(now: number): void {
    // In the order of their starts, and all with one deadline: the first that is not overdue ends the search.
    for (const exchange of this.#inFlight) {
      if (exchange.dueAt > now) break;
      exchange.expire();
      this.#ping(now);
    }
    if (this.#inFlight.size === 0 && now - this.#usedAt >= this.settings.closeAfterIdleMs) this.leave();
    else if (this.#limit > 0 && this.#pulse.isSilent(now)) this.#ping(now);
  }

  #ping(now: number): void {
    if (this.#isLeaving) return;
    this.#pulse.ask(now, () => {
      this.keeper.freed();
    });
  }

  #listen(): void {
    this.#session.on('connect', (_session, socket: Socket) => {
      this.#socket = socket;
    });
    this.#session.on('remoteSettings', (settings: Settings) => {
      this.#limit = Math.min(this.destination.maxStreams, settings.maxConcurrentStreams ?? Infinity);
      this.keeper.freed();
    });
    this.#session.on('goaway', (code: number, lastStreamId: number) => {
      this.#lastStreamId = lastStreamId;
      if (code === 0) this.#isDismissed = true;
      else this.#endReason ??= 'goaway_error';
      this.leave();
    });
    this.#session.on('error', () => {
      this.#endReason ??= 'connection_error';
    });
    this.#session.on('close', () => {
      this.#closed();
    });
  }

  #closed(): void {
    this.#isClosed = true;
    this.leave();
    this.#endReason ??= 'connection_lost';
    for (const exchange of this.#inFlight) exchange.closed();
    this.keeper.closed(this);
  }
}
