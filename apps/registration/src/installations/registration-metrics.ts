import type { Clock } from '#libs/kernel';
import type { InstallationRepository } from '#libs/registry';
import type { MetricsRegistry } from '#libs/service';
import { Counter, Gauge } from 'prom-client';

const tallyEveryMs = 30_000;

/** How many installations there are, counted again every half minute at most, and how many registrations came. */
export class RegistrationMetrics {
  readonly #registrations: Counter<'app' | 'kind'>;
  readonly #installations: Gauge<'app' | 'provider' | 'token'>;
  #talliedAt = Number.NEGATIVE_INFINITY;

  constructor(
    metrics: MetricsRegistry,
    private readonly installations: InstallationRepository,
    private readonly clock: Clock,
  ) {
    const registers = [metrics.registry];
    this.#registrations = new Counter({
      name: 'carillon_registrations_total',
      help: 'Registrations, new ones and repeats.',
      labelNames: ['app', 'kind'],
      registers,
    });
    this.#installations = new Gauge({
      name: 'carillon_installations',
      help: 'Registered installations, with and without a push token.',
      labelNames: ['app', 'provider', 'token'],
      registers,
    });
    metrics.beforeRead(() => this.#tally());
  }

  registered(app: string, created: boolean): void {
    this.#registrations.inc({ app, kind: created ? 'new' : 'repeat' });
  }

  async #tally(): Promise<void> {
    if (this.clock.now() - this.#talliedAt < tallyEveryMs) return;
    this.#talliedAt = this.clock.now();
    const tallies = await this.installations.tally();
    this.#installations.reset();
    for (const { app, provider, withToken, installations } of tallies) {
      this.#installations.set({ app, provider, token: withToken ? 'yes' : 'no' }, installations);
    }
  }
}
