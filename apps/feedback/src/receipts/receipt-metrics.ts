import type { ReceiptKind } from '#libs/sends';
import type { MetricsRegistry } from '#libs/service';
import { Counter } from 'prom-client';
import type { ReceiptRefusal } from './receipt.ts';

/** What devices say of their messages, and what was said of messages that they did not get. */
export class ReceiptMetrics {
  readonly #taken: Counter<'app' | 'kind'>;
  readonly #refused: Counter<'app' | 'reason'>;

  constructor({ registry }: MetricsRegistry) {
    const registers = [registry];
    this.#taken = new Counter({
      name: 'carillon_receipts_total',
      help: 'Receipts of devices, each counted once however often it is told.',
      labelNames: ['app', 'kind'],
      registers,
    });
    this.#refused = new Counter({
      name: 'carillon_receipts_refused_total',
      help: 'Receipts of no message that was sent to the installation, by reason.',
      labelNames: ['app', 'reason'],
      registers,
    });
  }

  taken(app: string, kind: ReceiptKind): void {
    this.#taken.inc({ app, kind });
  }

  refused(app: string, reason: ReceiptRefusal): void {
    this.#refused.inc({ app, reason });
  }
}
