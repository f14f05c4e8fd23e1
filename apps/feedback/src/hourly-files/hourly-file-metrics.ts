import type { Clock } from '#libs/kernel';
import type { MetricsRegistry } from '#libs/service';
import { Gauge } from 'prom-client';
import type { FilePlace } from './file-place.ts';
import { behindMs } from './hourly-file.ts';
import type { HourlyFileStore } from './hourly-file.store.ts';

/** Whether hourly files come in time. */
export class HourlyFileMetrics {
  readonly #behind: Gauge;

  constructor(
    metrics: MetricsRegistry,
    private readonly store: HourlyFileStore,
    private readonly clock: Clock,
    private readonly place: FilePlace | null,
  ) {
    this.#behind = new Gauge({
      name: 'carillon_hourly_files_behind_seconds',
      help: 'For how long the oldest hour is over that is not in a file, of all apps; without files always 0.',
      registers: [metrics.registry],
    });
    metrics.beforeRead(() => this.#read());
  }

  async #read(): Promise<void> {
    const furthest = this.place ? await this.store.furthestBehind() : undefined;
    this.#behind.set(furthest ? behindMs(furthest, this.clock.now()) / 1_000 : 0);
  }
}
