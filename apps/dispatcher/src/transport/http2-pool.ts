import type { Clock, Random } from '#libs/kernel';
import { Http2Connection, type ConnectionKeeper } from './http2-connection.ts';
import type { Http2TransportSettings } from './http2-transport-settings.ts';
import { ReadinessWaiters } from './readiness-waiters.ts';
import { ReconnectBackoff } from './reconnect-backoff.ts';
import { Sending } from './sending.ts';
import type { Destination, Readiness, RequestBatch, ResultSink, TransportLoad } from './transport.ts';
import { WaitingLine } from './waiting-line.ts';

/** The connections of one destination, and the batches that wait for them. What waits, waits here and never inside a session. */
export class Http2Pool implements ConnectionKeeper {
  readonly #connections: Http2Connection[] = [];
  readonly #line = new WaitingLine();
  readonly #backoff: ReconnectBackoff;
  readonly #waiters = new ReadinessWaiters();
  #fullSince: number | undefined;
  #usedAt: number;
  #isLeaving = false;

  constructor(
    private readonly destination: Destination,
    private readonly clock: Clock,
    random: Random,
    private readonly settings: Http2TransportSettings,
  ) {
    this.#backoff = new ReconnectBackoff(random);
    this.#usedAt = clock.now();
  }

  get load(): TransportLoad {
    let inFlight = 0;
    let peakInFlight = 0;
    for (const connection of this.#connections) {
      inFlight += connection.inFlight;
      peakInFlight += connection.peakInFlight;
    }
    return { inFlight, peakInFlight, waiting: this.#line.length, connections: this.#connections.length };
  }

  /** Nothing is going on, and nothing was for long. */
  isForgotten(now: number): boolean {
    return this.#connections.length === 0 && this.#line.first === undefined && now - this.#usedAt >= this.settings.closeAfterIdleMs;
  }

  send(batch: RequestBatch, sink: ResultSink): Promise<void> {
    const sending = new Sending(batch, sink);
    this.#usedAt = this.clock.now();
    if (this.#usedAt > batch.startBy) {
      sending.giveUpWaiting('refused', 'not_begun_in_time');
      return sending.done;
    }
    this.#line.add(sending);
    this.freed();
    return sending.done;
  }

  ready(by: number): Promise<Readiness> {
    const readiness = this.#readiness(this.clock.now());
    if (readiness.kind !== 'busy') return Promise.resolve(readiness);
    return this.#waiters.add(by);
  }

  freed(): void {
    if (this.#line.first !== undefined) {
      if (this.#isLeaving) this.#giveUpAll();
      else this.#serve();
    }
    if (!this.#waiters.isEmpty) this.#tellWaiters();
  }

  again(sending: Sending): void {
    this.#line.putBack(sending);
  }

  leaves(connection: Http2Connection): void {
    const now = this.clock.now();
    if (connection.wasOfUse) this.#backoff.ended(now);
    else this.#backoff.failed(now);
  }

  closed(connection: Http2Connection): void {
    this.#connections.splice(this.#connections.indexOf(connection), 1);
    this.freed();
  }

  /** Called every few hundred ms. */
  tick(now: number): void {
    for (const connection of [...this.#connections]) connection.tick(now);
    for (const sending of this.#line.remove(({ batch }) => batch.startBy < now)) this.#tooLate(sending);
    this.freed();
    this.#waiters.tellDue(now, () => this.#readiness(now));
  }

  /** Begins nothing more; what is in flight goes on. */
  leave(): void {
    this.#isLeaving = true;
    this.#giveUpAll();
    for (const connection of [...this.#connections]) connection.leave();
    this.#waiters.tellAll({ kind: 'unreachable', reason: 'closing', afterMs: 0 });
  }

  end(reason: string): void {
    for (const connection of [...this.#connections]) connection.end(reason);
  }

  #giveUpAll(): void {
    for (const sending of this.#line.remove(() => true)) sending.giveUpWaiting('refused', 'closing');
  }

  #serve(): void {
    const now = this.clock.now();
    this.#pump(now);
    if (this.#line.first === undefined) {
      this.#fullSince = undefined;
      return;
    }
    this.#grow(now);
    this.#giveUpHopeless(now);
  }

  #pump(now: number): void {
    for (let sending = this.#line.first; sending; sending = this.#line.first) {
      const { urgent } = sending.batch;
      const connection = this.#connections.find((candidate) => (urgent ? candidate.hasRoom : candidate.hasRoomForSome));
      if (!connection) return;
      if (now > sending.batch.startBy) this.#tooLate(sending);
      else fill(connection, sending, now);
    }
  }

  #tooLate(sending: Sending): void {
    if (this.#isConnected) sending.giveUpWaiting('refused', 'not_begun_in_time');
    else sending.giveUpWaiting('unreachable', 'not_connected_in_time');
  }

  get #isConnected(): boolean {
    return this.#connections.some((connection) => connection.isReady && (connection.hasAnswered || !this.destination.firstAlone));
  }

  /** Opens a connection when one is needed and one more is allowed; one at a time. */
  #grow(now: number): void {
    const live = this.#connections.filter((connection) => !connection.isLeaving);
    this.#fullSince ??= now;
    if (live.length > 0 && now - this.#fullSince < this.settings.growAfterMs) return;
    if (live.length >= this.destination.maxConnections || live.some((connection) => !connection.isReady)) return;
    if (now < this.#backoff.retryAt) return;
    this.#fullSince = undefined;
    this.#open(now);
  }

  #open(now: number): void {
    try {
      this.#connections.push(new Http2Connection(this.destination, this, this.clock, this.settings));
    } catch {
      // An authority that is no PEM, a host that is none: known before a packet is sent.
      this.#backoff.failed(now);
    }
  }

  /** Where the next connection comes too late for a batch, its caller hears of it now. */
  #giveUpHopeless(now: number): void {
    const readiness = this.#readiness(now);
    if (readiness.kind !== 'unreachable') return;
    const { retryAt } = this.#backoff;
    for (const sending of this.#line.remove(({ batch }) => batch.startBy < retryAt)) sending.giveUpWaiting('unreachable', readiness.reason);
  }

  #readiness(now: number): Readiness {
    const live = this.#connections.filter((connection) => !connection.isLeaving);
    const afterMs = this.#backoff.retryAt - now;
    if (live.length === 0 && afterMs > 0) return { kind: 'unreachable', reason: 'connect_failed', afterMs };
    if (this.#line.first === undefined) return { kind: 'ready' };
    const capacity = live.reduce((sum, connection) => sum + connection.capacity, 0);
    return this.#line.length < capacity ? { kind: 'ready' } : { kind: 'busy' };
  }

  #tellWaiters(): void {
    const readiness = this.#readiness(this.clock.now());
    if (readiness.kind !== 'busy') this.#waiters.tellAll(readiness);
  }
}

/** Begins requests of a batch until the connection is full or none waits. */
function fill(connection: Http2Connection, sending: Sending, now: number): void {
  do {
    const index = sending.take();
    if (index === undefined) return;
    connection.begin(sending, index, now);
  } while (connection.hasRoom);
}
