import type { Clock, Random } from '#libs/kernel';
import { ConnectionPool, type PoolSettings } from './connection-pool.ts';
import type { OpenConnection } from './pooled-connection.ts';
import { Transport, type Destination, type Readiness, type RequestBatch, type ResultSink, type TransportLoad } from './transport.ts';

export interface PooledTransportSettings extends PoolSettings {
  /** Destinations whose connections are kept while nothing is sent to them. Those in use are bounded by the messages in flight. */
  readonly maxIdleDestinations: number;
  /** Deadlines are kept to within this. */
  readonly tickMs: number;
}

/** A transport over pools of connections, one for each destination. */
export class PooledTransport extends Transport {
  /** In the order of their last use. */
  readonly #pools = new Map<string, ConnectionPool>();
  #ticker: NodeJS.Timeout | undefined;
  #isClosing = false;
  #unfinished = new Set<Promise<void>>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly settings: PooledTransportSettings,
    private readonly openConnection: OpenConnection,
  ) {
    super();
  }

  async send(batch: RequestBatch, sink: ResultSink): Promise<void> {
    if (this.#isClosing) {
      for (let index = 0; index < batch.size; index += 1) sink.unanswered(index, 'refused', 'closing');
      return;
    }
    const sent = this.#pool(batch.destination).send(batch, sink);
    this.#unfinished.add(sent);
    await sent;
    this.#unfinished.delete(sent);
  }

  async ready(destination: Destination, by: number): Promise<Readiness> {
    if (this.#isClosing) return { kind: 'unreachable', reason: 'closing', afterMs: 0 };
    return this.#pools.get(destination.key)?.ready(by) ?? { kind: 'ready' };
  }

  load(destinationKey: string): TransportLoad {
    return this.#pools.get(destinationKey)?.load ?? { inFlight: 0, peakInFlight: 0, waiting: 0, connections: 0 };
  }

  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    for (const pool of this.#pools.values()) pool.leave();
    const grace = Promise.withResolvers<undefined>();
    const timer = setTimeout(grace.resolve, graceMs, undefined);
    const finished = Promise.all(this.#unfinished);
    await Promise.race([finished, grace.promise]);
    clearTimeout(timer);
    for (const pool of this.#pools.values()) pool.end('closing');
    await finished;
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  #pool(destination: Destination): ConnectionPool {
    const { key } = destination;
    const pool = this.#pools.get(key) ?? new ConnectionPool(destination, this.clock, this.random, this.settings, this.openConnection);
    this.#pools.delete(key);
    this.#pools.set(key, pool);
    this.#ticker ??= setInterval(() => {
      this.#tick();
    }, this.settings.tickMs);
    return pool;
  }

  #tick(): void {
    const now = this.clock.now();
    let surplus = this.#pools.size - this.settings.maxIdleDestinations;
    for (const [key, pool] of this.#pools) {
      pool.tick(now);
      const isSurplus = surplus > 0 && pool.isIdle;
      if (isSurplus) pool.leave();
      if (!isSurplus && !pool.isForgotten(now)) continue;
      this.#pools.delete(key);
      surplus -= 1;
    }
  }
}
