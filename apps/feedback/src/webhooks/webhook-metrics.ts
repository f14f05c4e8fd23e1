import type { MetricsRegistry } from '#libs/service';
import { Counter, Gauge } from 'prom-client';
import type { WebhookStore } from './webhook.store.ts';
import type { AttemptEnd } from './webhook.ts';

/** How receivers outside take what they are told. */
export class WebhookMetrics {
  readonly #attempts: Counter<'app' | 'result'>;

  constructor(metrics: MetricsRegistry, store: WebhookStore) {
    const registers = [metrics.registry];
    this.#attempts = new Counter({
      name: 'carillon_webhook_attempts_total',
      help: 'Requests to webhooks, each with a fact or a batch of them, by result: delivered, refused (an answer that is not 2xx), unanswered.',
      labelNames: ['app', 'result'],
      registers,
    });
    const disabled = new Gauge({
      name: 'carillon_webhooks_disabled',
      help: 'Webhooks that we disabled: three days without a 2xx (failing), or answered 410 (gone).',
      labelNames: ['app', 'reason'],
      registers,
    });
    metrics.beforeRead(async () => {
      const found = await store.disabled();
      disabled.reset();
      for (const { app, reason, webhooks } of found) disabled.set({ app, reason }, webhooks);
    });
  }

  attempted(app: string, { status, error }: AttemptEnd): void {
    this.#attempts.inc({ app, result: error === null ? 'delivered' : status === null ? 'unanswered' : 'refused' });
  }
}
