import type { Clock } from '#libs/kernel';
import type { ReceiptRepository } from '#libs/sends/receipt/writing';

const dayMs = 86_400_000;
const atOnce = 1_000;

/** Drops receipts whose time is over, a step at a time. */
export class SweepReceipts {
  constructor(
    private readonly receipts: ReceiptRepository,
    private readonly clock: Clock,
    private readonly retentionDays: number,
  ) {}

  async execute(): Promise<void> {
    const before = this.clock.now() - this.retentionDays * dayMs;
    while ((await this.receipts.dropOlder(before, atOnce)) === atOnce);
  }
}
