import type { DomainEvent } from '#libs/events';
import type { Receipt, ReceiptCounts } from './receipt.ts';

/** Reads receipts; feedback alone writes them. All calls may throw DependencyUnavailable. */
export abstract class ReceiptReader {
  /** Of the receipts that are kept; at most some seconds old where there are very many. */
  abstract countsOf(app: string, sendId: string): Promise<ReceiptCounts>;
  /** What the devices said of this send's messages, by installation, oldest first. At most 1,000 ids. */
  abstract ofInstallations(
    app: string,
    sendId: string,
    installationIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly Pick<Receipt, 'kind' | 'at'>[]>>;
}

/** What devices said; insert-once by installation, message and kind. All calls may throw DependencyUnavailable. */
export abstract class ReceiptRepository extends ReceiptReader {
  /** Stores the receipt and its event together; answers false, and does nothing, when it is stored already. */
  abstract add(receipt: Receipt, event: DomainEvent): Promise<boolean>;
  abstract ofMessage(app: string, installationId: string, messageId: string): Promise<readonly Receipt[]>;
  /** Receipts older than `before` (ms) go; at most `limit`. Answers how many went. */
  abstract dropOlder(before: number, limit: number): Promise<number>;
}
