import type { MetricsRegistry } from '#libs/service';
import { Counter } from 'prom-client';

const reasons = ['late', 'refused'] as const;

/** Planned times of campaigns of which no send came. */
export class ScheduleMetrics {
  readonly #missed: Counter<'reason'>;

  constructor({ registry }: MetricsRegistry) {
    this.#missed = new Counter({
      name: 'carillon_schedules_missed_total',
      help: 'Planned times of campaigns of which no send came: nothing ran until it was too late (late), or the campaign cannot be sent as it is written (refused).',
      labelNames: ['reason'],
      registers: [registry],
    });
    for (const reason of reasons) this.#missed.inc({ reason }, 0); // an alert sees a rise only from a number that was there
  }

  missed(reason: (typeof reasons)[number]): void {
    this.#missed.inc({ reason });
  }
}
