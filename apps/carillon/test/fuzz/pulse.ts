import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A cheap request that took long: the server's event loop was busy, or the machine. */
export interface Delay {
  /** UNIX time, ms. */
  readonly from: number;
  readonly ms: number;
}

/** Asks a server something cheap all the time and measures how long that takes. */
export class Pulse {
  readonly delays: Delay[] = [];
  readonly #worker: Worker;

  constructor(url: string, { everyMs = 10, slowMs = 200 } = {}) {
    this.#worker = new Worker(new URL('./pulse-worker.ts', import.meta.url), { workerData: { url, everyMs, slowMs } });
    this.#worker.on('message', (told: Partial<Delay>) => {
      if (told.from !== undefined && told.ms !== undefined) this.delays.push({ from: told.from, ms: told.ms });
    });
  }

  /** Ends it; the longest that an answer took, ms. */
  async end(): Promise<number> {
    const exited = once(this.#worker, 'exit');
    let worstMs = 0;
    this.#worker.on('message', (told: { worstMs?: number }) => {
      worstMs = told.worstMs ?? worstMs;
    });
    this.#worker.postMessage('end');
    await exited;
    return worstMs;
  }
}
