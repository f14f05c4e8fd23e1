import type { DomainEvent } from '#libs/events';
import type { SqliteEventLog } from '#libs/messaging';
import type { Migration, SqliteStore } from '#libs/storage';
import { ReceiptReader, type ReceiptRepository } from './receipt.store.ts';
import { NO_RECEIPTS, type Receipt, type ReceiptCounts, type ReceiptKind } from './receipt.ts';

/** What devices said. The counts of each send follow every insertion and removal inside its transaction, so that reading them costs the same for any send. */
export const receiptMigrations: readonly Migration[] = [
  {
    id: 'receipts-001',
    sql: `
      CREATE TABLE receipts (
        app TEXT NOT NULL, installation_id TEXT NOT NULL, message_id TEXT NOT NULL, kind TEXT NOT NULL, send_id TEXT, at INTEGER NOT NULL,
        PRIMARY KEY (app, installation_id, message_id, kind)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX receipts_by_age ON receipts (at);
    `,
  },
  {
    id: 'receipts-002',
    sql: `
      CREATE INDEX receipts_by_send ON receipts (send_id, installation_id) WHERE send_id IS NOT NULL;
      CREATE TABLE receipt_counts (
        app TEXT NOT NULL, send_id TEXT NOT NULL, kind TEXT NOT NULL, messages INTEGER NOT NULL, PRIMARY KEY (app, send_id, kind)
      ) STRICT, WITHOUT ROWID;
      INSERT INTO receipt_counts SELECT app, send_id, kind, count(*) FROM receipts WHERE send_id IS NOT NULL GROUP BY app, send_id, kind;
      CREATE TRIGGER receipts_added AFTER INSERT ON receipts WHEN NEW.send_id IS NOT NULL BEGIN
        INSERT INTO receipt_counts (app, send_id, kind, messages) VALUES (NEW.app, NEW.send_id, NEW.kind, 1)
          ON CONFLICT (app, send_id, kind) DO UPDATE SET messages = messages + 1;
      END;
      CREATE TRIGGER receipts_dropped AFTER DELETE ON receipts WHEN OLD.send_id IS NOT NULL BEGIN
        UPDATE receipt_counts SET messages = messages - 1 WHERE app = OLD.app AND send_id = OLD.send_id AND kind = OLD.kind;
        DELETE FROM receipt_counts WHERE app = OLD.app AND send_id = OLD.send_id AND kind = OLD.kind AND messages = 0;
      END;
    `,
  },
];

type Said = Pick<Receipt, 'kind' | 'at'>;

export class SqliteReceiptReader extends ReceiptReader {
  constructor(protected readonly store: SqliteStore) {
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

export class SqliteReceiptRepository extends SqliteReceiptReader implements ReceiptRepository {
  constructor(
    store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super(store);
  }

  add(receipt: Receipt, event: DomainEvent): Promise<boolean> {
    const { app, installationId, messageId, kind, sendId, at } = receipt;
    return this.store.write(() => {
      const { changes } = this.store
        .sql('INSERT INTO receipts (app, installation_id, message_id, kind, send_id, at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
        .run(app, installationId, messageId, kind, sendId, at);
      if (changes === 0) return false;
      this.log.append([event]);
      return true;
    });
  }

  async ofMessage(app: string, installationId: string, messageId: string): Promise<readonly Receipt[]> {
    const rows = this.store
      .sql('SELECT * FROM receipts WHERE app = ? AND installation_id = ? AND message_id = ? ORDER BY at')
      .all(app, installationId, messageId);
    return rows.map((row) => ({
      app,
      installationId,
      messageId,
      sendId: row['send_id'] as string | null,
      kind: row['kind'] as ReceiptKind,
      at: row['at'] as number,
    }));
  }

  dropOlder(before: number, limit: number): Promise<number> {
    return this.store.write(() => {
      const { changes } = this.store
        .sql(
          'DELETE FROM receipts WHERE (app, installation_id, message_id, kind) IN (SELECT app, installation_id, message_id, kind FROM receipts WHERE at < ? LIMIT ?)',
        )
        .run(before, limit);
      return Number(changes);
    });
  }
}
