import type { Send } from '#libs/sends';
import type { MetricsRegistry } from '#libs/service';
import { Counter } from 'prom-client';

/** Counts the suppressed messages of each send when it ends, by reason: found at planning or at dispatch, each once. */
export class SuppressionMetrics {
  readonly #suppressed: Counter<'app' | 'lane' | 'reason'>;

  constructor({ registry }: MetricsRegistry) {
    this.#suppressed = new Counter({
      name: 'carillon_messages_suppressed_total',
      help: 'Targeted messages of ended sends that were not sent, by reason.',
      labelNames: ['app', 'lane', 'reason'],
      registers: [registry],
    });
  }

  ended({ app, lane, sums }: Send): void {
    for (const [reason, messages] of Object.entries(sums?.suppressedBy ?? {})) this.#suppressed.inc({ app, lane, reason }, messages);
  }
}
