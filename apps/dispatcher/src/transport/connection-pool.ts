import { PrivateAddress } from '#libs/kernel';
import type { Clock, Random } from '#libs/kernel';
import type { ConnectionKeeper, OpenConnection, PooledConnection } from './pooled-connection.ts';
import { ReadinessWaiters } from './readiness-waiters.ts';
import { ReconnectBackoff } from './reconnect-backoff.ts';
import { Sending } from './sending.ts';
import type { Destination, Readiness, RequestBatch, ResultSink, TransportLoad } from './transport.ts';
import { WaitingLine } from './waiting-line.ts';

export interface PoolSettings {
  /** Unused for so long, a connection is closed and a pool forgotten. */
  readonly closeAfterIdleMs: number;
  /** Another connection is opened when all have been full for so long. */
  readonly growAfterMs: number;
  /** Connections that are being made at the same time, at most; the first of a destination is made alone. */
  readonly openingAtOnce: number;
}

/** The connections of one destination, and the batches that wait for them. What waits, waits here and never inside a session. */
export class ConnectionPool implements ConnectionKeeper {
  readonly #connections: PooledConnection[] = [];
  readonly #line = new WaitingLine();
  readonly #backoff: ReconnectBackoff;
  readonly #waiters = new ReadinessWaiters();
  #fullSince: number | undefined;
  #failedAt = -Infinity;
  #failure = 'connect_failed';
  #usedAt: number;
  #isLeaving = false;

  constructor(
    private readonly destination: Destination,
    private readonly clock: Clock,
    random: Random,
    private readonly settings: PoolSettings,
    private readonly openConnection: OpenConnection,
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

  get usedAt(): number {
    return this.#usedAt;
  }

  /** Nothing is in flight, and nothing waits. */
  get isIdle(): boolean {
    return this.#line.first === undefined && this.#connections.every(({ inFlight }) => inFlight === 0);
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

  leaves(connection: PooledConnection): void {
    const now = this.clock.now();
    if (connection.wasOfUse) this.#backoff.ended(now);
    else if (connection.openedAt > this.#failedAt) this.#failed(now, connection.failure);
  }

  closed(connection: PooledConnection): void {
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

  /** Opens connections where they are needed and more are allowed. */
  #grow(now: number): void {
    const live = this.#connections.filter((connection) => !connection.isLeaving);
    this.#fullSince ??= now;
    if (live.length > 0 && now - this.#fullSince < this.settings.growAfterMs) return;
    const ready = live.reduce((count, { isReady }) => count + Number(isReady), 0);
    const opening = live.length - ready;
    const atOnce = ready === 0 ? 1 : this.settings.openingAtOnce;
    const more = Math.min(atOnce - opening, this.destination.maxConnections - live.length, this.#line.length - opening);
    if (more <= 0 || now < this.#backoff.retryAt) return;
    this.#fullSince = undefined;
    for (let opened = 0; opened < more && this.#open(now); opened += 1);
  }

  #open(now: number): boolean {
    try {
      this.#connections.push(this.openConnection(this.destination, this));
      return true;
    } catch (error) {
      // An authority that is no PEM, a host that is none: known before a packet is sent.
      this.#failed(now, error instanceof PrivateAddress ? 'private_address' : undefined);
      return false;
    }
  }

  /** Of connections that were being made at the same time only the first counts. */
  #failed(now: number, failure = 'connect_failed'): void {
    this.#failedAt = now;
    this.#failure = failure;
    this.#backoff.failed(now);
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
    if (live.length === 0 && afterMs > 0) return { kind: 'unreachable', reason: this.#failure, afterMs };
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
function fill(connection: PooledConnection, sending: Sending, now: number): void {
  do {
    const index = sending.take();
    if (index === undefined) return;
    connection.begin(sending, index, now);
  } while (connection.hasRoom);
}
