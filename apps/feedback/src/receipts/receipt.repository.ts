import type { DomainEvent } from '#libs/events';
import type { Receipt } from '#libs/sends';

/** What devices said; insert-once by installation, message and kind. All calls may throw DependencyUnavailable. */
export abstract class ReceiptRepository {
  /** Stores the receipt and its event together; answers false, and does nothing, when it is stored already. */
  abstract add(receipt: Receipt, event: DomainEvent): Promise<boolean>;
  abstract ofMessage(app: string, installationId: string, messageId: string): Promise<readonly Receipt[]>;
  /** Receipts older than `before` (ms) go; at most `limit`. Answers how many went. */
  abstract dropOlder(before: number, limit: number): Promise<number>;
}
