import type { MetricsRegistry } from '#libs/service';
import { Counter, Gauge } from 'prom-client';
import type { ResultRepository } from '#libs/sends/result/writing';

/** Tokens that went because their provider called them dead, and those that wait for evidence or are held by the mass-purge breaker. */
export class PurgeMetrics {
  readonly #removed: Counter<'app' | 'provider' | 'reason'>;

  constructor(metrics: MetricsRegistry, results: ResultRepository) {
    const registers = [metrics.registry];
    this.#removed = new Counter({
      name: 'carillon_tokens_removed_total',
      help: 'Push tokens purged because their provider called them dead.',
      labelNames: ['app', 'provider', 'reason'],
      registers,
    });
    const pending = new Gauge({
      name: 'carillon_purges_pending',
      help: 'Dead tokens that are not purged yet: waiting for more answers, or held by the mass-purge breaker.',
      labelNames: ['provider'],
      registers,
    });
    const held = new Gauge({
      name: 'carillon_purges_held',
      help: 'Those of them that the mass-purge breaker holds until a later send shows that their cause is gone.',
      labelNames: ['provider'],
      registers,
    });
    metrics.beforeRead(async () => {
      pending.reset();
      held.reset();
      for (const [provider, findings] of Object.entries(await results.pendingFindings())) {
        pending.set({ provider }, findings.all);
        held.set({ provider }, findings.held);
      }
    });
  }

  removed(app: string, provider: string, reason: string): void {
    this.#removed.inc({ app, provider, reason });
  }
}
