import type { AppRepository, CredentialRepository } from '#libs/access';
import type { Clock } from '#libs/kernel';
import type { MetricsRegistry } from '#libs/service';
import { Gauge } from 'prom-client';

const readEveryMs = 60_000;
const appsAtOnce = 1_000;

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
    let after: string | undefined;
    do {
      const apps = await this.apps.list(after, appsAtOnce);
      for (const { id } of apps) found.push(...(await this.#ofApp(id)));
      after = apps.length === appsAtOnce ? apps.at(-1)?.id : undefined;
    } while (after !== undefined);
    this.#expiries = found;
  }

  async #ofApp(app: string): Promise<Expiry[]> {
    const credentials = await this.credentials.list(app);
    return credentials.flatMap(({ provider, expiresAt }) => (expiresAt === undefined ? [] : [{ app, provider, expiresAt }]));
  }
}
