import type { Clock, Random } from '#libs/kernel';
import { Http2Pool } from './http2-pool.ts';
import { http2TransportDefaults, type Http2TransportSettings } from './http2-transport-settings.ts';
import { Transport, type Destination, type Readiness, type RequestBatch, type ResultSink, type TransportLoad } from './transport.ts';

/** The transport over HTTP/2 connections of our own: an object of a few fields for a request, and nothing of Node's for it. */
export class Http2Transport extends Transport {
  readonly #pools = new Map<string, Http2Pool>();
  readonly #settings: Http2TransportSettings;
  #ticker: NodeJS.Timeout | undefined;
  #isClosing = false;
  #unfinished = new Set<Promise<void>>();

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    settings: Partial<Http2TransportSettings> = {},
  ) {
    super();
    this.#settings = { ...http2TransportDefaults, ...settings };
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

  #pool(destination: Destination): Http2Pool {
    const existing = this.#pools.get(destination.key);
    if (existing) return existing;
    const pool = new Http2Pool(destination, this.clock, this.random, this.#settings);
    this.#pools.set(destination.key, pool);
    this.#ticker ??= setInterval(() => {
      this.#tick();
    }, this.#settings.tickMs);
    return pool;
  }

  #tick(): void {
    const now = this.clock.now();
    for (const [key, pool] of this.#pools) {
      pool.tick(now);
      if (pool.isForgotten(now)) this.#pools.delete(key);
    }
  }
}
