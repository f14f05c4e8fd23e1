import type { HaltRepository } from '#libs/access';
import type { MetricsRegistry } from '#libs/service';
import { Gauge } from 'prom-client';

/** What operators have halted; it is easily forgotten. */
export class HaltMetrics {
  readonly #halted: Gauge<'app' | 'provider'>;

  constructor(
    metrics: MetricsRegistry,
    private readonly halts: HaltRepository,
  ) {
    this.#halted = new Gauge({
      name: 'carillon_halts',
      help: '1 while an operator lets nothing go out by the provider; without labels: at all.',
      labelNames: ['app', 'provider'],
      registers: [metrics.registry],
    });
    metrics.beforeRead(() => this.#read());
  }

  async #read(): Promise<void> {
    const inForce = await this.halts.inForce();
    this.#halted.reset();
    for (const { app = '', provider = '' } of inForce) this.#halted.set({ app, provider }, 1);
  }
}
