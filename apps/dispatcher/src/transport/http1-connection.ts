import { PrivateAddress } from '#libs/kernel';
import type { Clock } from '#libs/kernel';
import { Client } from 'undici';
import type { TLSSocket } from 'node:tls';
import type { ConnectionKeeper, PooledConnection } from './pooled-connection.ts';
import { Http1Exchange, type ExchangeOwner } from './http1-exchange.ts';
import type { Http1TransportSettings } from './http1-transport-settings.ts';
import { openSocket } from './open-socket.ts';
import { areSharedHeaders, authorityOf, charsOf, isHeaderValue, isPath, maxOwnChars } from './request-parts.ts';
import type { Sending } from './sending.ts';
import type { Destination, RequestBatch } from './transport.ts';

/** One connection of HTTP/1.1: a socket of ours, which a client of undici writes to and reads from, one request at a time. It never connects again. */
export class Http1Connection implements PooledConnection, ExchangeOwner {
  readonly openedAt: number;
  failure: string | undefined;
  readonly #socket: TLSSocket;
  #client: Client | undefined;
  #exchange: Http1Exchange | undefined;
  #isLeaving = false;
  #answers = 0;
  #begun = 0;
  #usedAt: number;
  #endReason: string | undefined;

  constructor(
    private readonly destination: Destination,
    private readonly keeper: ConnectionKeeper,
    clock: Clock,
    private readonly settings: Http1TransportSettings,
  ) {
    this.openedAt = this.#usedAt = clock.now();
    this.#socket = openSocket(destination);
    this.#socket.once('secureConnect', () => {
      this.#made();
    });
    this.#socket.once('error', (error) => {
      this.#endReason ??= 'connection_error';
      if (error instanceof PrivateAddress) this.failure = 'private_address';
    });
    this.#socket.once('close', () => {
      this.#closed();
    });
  }

  get inFlight(): number {
    return this.#exchange ? 1 : 0;
  }

  get peakInFlight(): number {
    return Math.min(this.#begun, 1);
  }

  /** A server may close what it was never asked on. */
  get wasOfUse(): boolean {
    return this.#answers > 0 || (this.#client !== undefined && this.#begun === 0);
  }

  get hasAnswered(): boolean {
    return this.#answers > 0;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get isReady(): boolean {
    return this.#client !== undefined && !this.#isLeaving;
  }

  get capacity(): number {
    return this.isReady ? 1 : 0;
  }

  get hasRoom(): boolean {
    return this.isReady && this.#exchange === undefined && !this.#socket.destroyed;
  }

  get hasRoomForSome(): boolean {
    return this.hasRoom;
  }

  begin(sending: Sending, index: number, now: number): void {
    const { batch } = sending;
    const request = this.#requestOf(batch, index);
    if (!request) {
      sending.unanswered(index, 'refused', 'invalid_request');
      return;
    }
    this.#usedAt = now;
    this.#begun += 1;
    this.#exchange = new Http1Exchange(sending, index, now + this.destination.requestDeadlineMs, this);
    this.#client?.dispatch(request, this.#exchange);
  }

  tick(now: number): void {
    if (this.#socket.destroyed) return;
    if (!this.#client && !this.#isLeaving && now - this.openedAt >= this.settings.connectDeadlineMs) this.end('connect_deadline');
    else if (this.#exchange && this.#exchange.dueAt <= now) this.end('deadline');
    else if (!this.#exchange && now - this.#usedAt >= this.settings.closeAfterIdleMs) this.leave();
  }

  leave(): void {
    this.#leave();
    if (!this.#exchange) this.#socket.destroy();
  }

  end(reason: string): void {
    this.#endReason ??= reason;
    this.#socket.destroy();
  }

  answered(exchange: Http1Exchange): void {
    if (exchange !== this.#exchange) return;
    this.#answers += 1;
    exchange.sending.answered(exchange.index, exchange);
    // The client has yet to leave its parser, and to close the connection if the answer says so.
    queueMicrotask(() => {
      this.#exchange = undefined;
      if (this.#isLeaving) this.#socket.destroy();
      this.keeper.freed();
    });
  }

  /** Whatever went wrong, the next answer would be anybody's. */
  failed(exchange: Http1Exchange): void {
    if (exchange === this.#exchange) this.end('connection_lost');
  }

  #made(): void {
    if (this.#socket.destroyed) return;
    this.#client = new Client(`https://${authorityOf(this.destination)}`, {
      allowH2: false,
      pipelining: 1,
      // Deadlines are ours.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: this.settings.keepAliveMs,
      connect: (_, callback) => {
        // It asks while it does something else, and would not look at an answer that comes meanwhile.
        queueMicrotask(() => {
          callback(null, this.#socket);
        });
      },
    });
    this.keeper.freed();
  }

  #closed(): void {
    this.#leave();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    if (exchange) this.#lost(exchange);
    void this.#client?.destroy(null);
    this.keeper.closed(this);
  }

  #lost({ sending, index, hasBegun }: Http1Exchange): void {
    if (hasBegun) sending.unanswered(index, 'unknown', this.#endReason ?? 'connection_lost');
    else if (sending.refused(index, 'connection_lost')) this.keeper.again(sending);
  }

  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.keeper.leaves(this);
  }

  /** Undefined for one that cannot be written. */
  #requestOf(batch: RequestBatch, index: number) {
    const { method, sharedHeaders, ownHeaders } = batch;
    const path = batch.path(index);
    const authorization = batch.authorization();
    const values = ownHeaders.map((_, column) => batch.ownHeader(index, column));
    const own = [authorization, ...values];
    if (!areSharedHeaders(sharedHeaders) || !isPath(path) || !own.every(isHeaderValue)) return undefined;
    if (path.length + charsOf(own) > maxOwnChars) return undefined;
    const headers = ['host', authorityOf(this.destination), ...sharedHeaders];
    for (const [column, name] of ownHeaders.entries()) headers.push(name, values[column] ?? '');
    if (authorization !== '') headers.push('authorization', authorization);
    const body = Buffer.allocUnsafe(batch.bodyLength(index));
    batch.writeBody(index, body, 0);
    return { method, path, headers, body };
  }
}
