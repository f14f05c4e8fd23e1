import { eventOf, receiptReportedV1 } from '#libs/events';
import { isoTime, uuid5, type Clock } from '#libs/kernel';
import type { Receipt } from '#libs/sends';
import type { ReceiptRepository } from '#libs/sends/receipt/writing';
import type { JudgeReceipt } from './judge-receipt.ts';
import type { ReceiptMetrics } from './receipt-metrics.ts';
import type { JudgedReceipt, ReceiptRefusal, ReportedReceipt } from './receipt.ts';

/** What became of the receipts of one report. */
export interface TakenReceipts {
  /** How many were not known yet. */
  readonly added: number;
  /** Those that are of no message sent to this installation, by their place in the report. */
  readonly refused: readonly { readonly index: number; readonly code: ReceiptRefusal }[];
}

/** So many are judged and written at a time. */
const atOnce = 50;

/** Takes what a device says of its messages. Safe to repeat. */
export class ReportReceipts {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly judge: JudgeReceipt,
    private readonly metrics: ReceiptMetrics,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, installationId: string, reported: readonly ReportedReceipt[]): Promise<TakenReceipts> {
    let added = 0;
    const refused: { index: number; code: ReceiptRefusal }[] = [];
    for (let from = 0; from < reported.length; from += atOnce) {
      const some = reported.slice(from, from + atOnce);
      const judged = await Promise.all(some.map((one) => this.judge.execute(app, installationId, one)));
      added += (await Promise.all(judged.map((one) => this.#take(one, app)))).filter(Boolean).length;
      refused.push(...judged.flatMap((one, index) => (typeof one === 'string' ? [{ index: from + index, code: one }] : [])));
    }
    return { added, refused };
  }

  async #take(judged: JudgedReceipt, app: string): Promise<boolean> {
    if (typeof judged === 'string') {
      this.metrics.refused(app, judged);
      return false;
    }
    const isNew = await this.#add(judged);
    if (isNew) this.metrics.taken(app, judged.kind);
    return isNew;
  }

  #add(receipt: Receipt): Promise<boolean> {
    const { app, sendId, installationId, messageId, kind, at } = receipt;
    const event = eventOf(
      receiptReportedV1,
      { app, sendId, messageId, installationId, kind, at: isoTime(at) },
      { id: uuid5('receipt', app, installationId, messageId, kind), source: 'carillon/feedback', at: this.clock.now() },
    );
    return this.receipts.add(receipt, event);
  }
}
