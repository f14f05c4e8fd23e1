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
