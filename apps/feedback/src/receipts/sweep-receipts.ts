import type { Clock } from '#libs/kernel';
import type { ConversionRepository } from '#libs/sends/conversion/writing';
import type { ReceiptRepository } from '#libs/sends/receipt/writing';

const dayMs = 86_400_000;
const atOnce = 1_000;

/** Drops receipts whose time is over, and messages that no event converts any more, a step at a time. */
export class SweepReceipts {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly conversions: ConversionRepository,
    private readonly clock: Clock,
    private readonly retentionDays: number,
  ) {}

  async execute(): Promise<void> {
    const before = this.clock.now() - this.retentionDays * dayMs;
    while ((await this.receipts.dropOlder(before, atOnce)) === atOnce);
    while ((await this.conversions.dropOlder(before, atOnce)) === atOnce);
  }
}
