import type { MetricsRegistry } from '#libs/service';
import { Gauge } from 'prom-client';
import type { ResultRepository } from '../results/result.repository.ts';

/** Findings about tokens that wait for evidence or are held by the mass-purge breaker. */
export function measurePurges(metrics: MetricsRegistry, results: ResultRepository): Gauge {
  const pending = new Gauge({
    name: 'carillon_purges_pending',
    help: 'Dead tokens that are not purged yet: waiting for more answers, or held by the mass-purge breaker.',
    labelNames: ['provider'],
    registers: [metrics.registry],
  });
  metrics.beforeRead(async () => {
    pending.reset();
    for (const [provider, findings] of Object.entries(await results.pendingFindings())) pending.set({ provider }, findings);
  });
  return pending;
}
