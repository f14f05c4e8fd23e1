import type { SqliteStore } from '#libs/storage';
import { ReceiptReader } from './receipt-reader.ts';
import { NO_RECEIPTS, type Receipt, type ReceiptCounts, type ReceiptKind } from './receipt.ts';

type Said = Pick<Receipt, 'kind' | 'at'>;

export class SqliteReceiptReader extends ReceiptReader {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async countsOf(app: string, sendId: string): Promise<ReceiptCounts> {
    const rows = this.store.sql('SELECT kind, messages FROM receipt_counts WHERE app = ? AND send_id = ?').all(app, sendId);
    return { ...NO_RECEIPTS, ...Object.fromEntries(rows.map(({ kind, messages }) => [kind as ReceiptKind, messages as number])) };
  }

  async ofInstallations(app: string, sendId: string, installationIds: readonly string[]): Promise<ReadonlyMap<string, readonly Said[]>> {
    const rows = this.store
      .sql(
        `SELECT installation_id AS installationId, kind, at FROM receipts
         WHERE app = ? AND send_id = ? AND installation_id IN (SELECT value FROM json_each(?)) ORDER BY at`,
      )
      .all(app, sendId, JSON.stringify(installationIds)) as unknown as (Said & { installationId: string })[];
    const said = Map.groupBy(rows, ({ installationId }) => installationId);
    return new Map([...said].map(([id, receipts]) => [id, receipts.map(({ kind, at }) => ({ kind, at }))]));
  }
}
