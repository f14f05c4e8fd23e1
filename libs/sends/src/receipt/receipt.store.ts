import type { Receipt, ReceiptCounts, Said } from './receipt.ts';

/** Reads receipts; feedback alone writes them. All calls may throw DependencyUnavailable. */
export abstract class ReceiptReader {
  /** Of the receipts that are kept; at most some seconds old where there are very many. */
  abstract countsOf(app: string, sendId: string): Promise<ReceiptCounts>;
  /** What the devices said of this send's messages, by installation, oldest first. At most 1,000 ids. */
  abstract ofInstallations(app: string, sendId: string, installationIds: readonly string[]): Promise<ReadonlyMap<string, readonly Said[]>>;
}

/** What devices said; insert-once by message, kind and action. All calls may throw DependencyUnavailable. */
export abstract class ReceiptRepository extends ReceiptReader {
  /** Stores each receipt together with what tells of it; answers, in their order, false for what is stored already, of which nothing is done. At most 1,000. */
  abstract add(receipts: readonly Receipt[]): Promise<readonly boolean[]>;
  abstract ofMessage(app: string, messageId: string): Promise<readonly Receipt[]>;
  /** Receipts taken before `before` (ms) go; at most `limit`. Answers how many went. */
  abstract dropOlder(before: number, limit: number): Promise<number>;
}
