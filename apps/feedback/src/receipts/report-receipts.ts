import { eventOf, receiptReportedV1 } from '#libs/events';
import { isoTime, uuid5, type Clock } from '#libs/kernel';
import { receiptOf, type Receipt, type ReportedReceipt } from './receipt.ts';
import type { ReceiptRepository } from './receipt.repository.ts';

/** Takes what a device says of its messages. Safe to repeat: answers how many were new. */
export class ReportReceipts {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, installationId: string, reported: readonly ReportedReceipt[]): Promise<number> {
    const added = await Promise.all(reported.map((one) => this.#add(receiptOf(app, installationId, one))));
    return added.filter(Boolean).length;
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
