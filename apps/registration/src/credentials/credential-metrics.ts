import type { AppRepository, CredentialRepository } from '#libs/access';
import type { Clock } from '#libs/kernel';
import type { MetricsRegistry } from '#libs/service';
import { Gauge } from 'prom-client';
import { allCredentials } from './all-credentials.ts';

const readEveryMs = 60_000;

interface Expiry {
  readonly app: string;
  readonly provider: string;
  readonly expiresAt: number;
}

/** For how long credentials are still good, where somebody has said when they end; credentials are read again each minute at most. */
export class CredentialMetrics {
  #expiries: readonly Expiry[] = [];
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(
    metrics: MetricsRegistry,
    private readonly apps: AppRepository,
    private readonly credentials: CredentialRepository,
    private readonly clock: Clock,
  ) {
    const left = new Gauge({
      name: 'carillon_credential_expires_seconds',
      help: 'Time until a credential ends, for those of which that is known; below 0 it has ended.',
      labelNames: ['app', 'provider'],
      registers: [metrics.registry],
    });
    metrics.beforeRead(async () => {
      const now = this.clock.now();
      await this.#read(now);
      left.reset();
      for (const { app, provider, expiresAt } of this.#expiries) left.set({ app, provider }, (expiresAt - now) / 1_000);
    });
  }

  async #read(now: number): Promise<void> {
    if (now - this.#readAt < readEveryMs) return;
    this.#readAt = now;
    const found: Expiry[] = [];
    for await (const { app, provider, expiresAt } of allCredentials(this.apps, this.credentials))
      if (expiresAt !== undefined) found.push({ app, provider, expiresAt });
    this.#expiries = found;
  }
}
