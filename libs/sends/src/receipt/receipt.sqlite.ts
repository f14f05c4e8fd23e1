import { messageId as messageIdOf } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import type { Migration, SqliteStore } from '#libs/storage';
import { receiptsEvents } from './receipt-events.ts';
import { ReceiptReader, type ReceiptRepository } from './receipt.store.ts';
import { countsOfWords, kindOfWord, wordOf, type Receipt, type ReceiptCounts, type Said } from './receipt.ts';

/** What devices said. The counts of each send change with every insertion and removal inside its transaction, so that reading them costs the same for any send. */
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
  {
    // A message is told of by whoever shows its receipt, which names no installation: its id alone is the key. `kind` holds the action, too.
    id: 'receipts-003',
    sql: `
      DROP TRIGGER receipts_added;
      DROP TRIGGER receipts_dropped;
      ALTER TABLE receipts RENAME TO receipts_by_installation;
      CREATE TABLE receipts (
        app TEXT NOT NULL, message_id TEXT NOT NULL, kind TEXT NOT NULL, installation_id TEXT, send_id TEXT, at INTEGER NOT NULL,
        taken_at INTEGER NOT NULL, PRIMARY KEY (app, message_id, kind)
      ) STRICT, WITHOUT ROWID;
      INSERT OR IGNORE INTO receipts SELECT app, message_id, kind, installation_id, send_id, at, at FROM receipts_by_installation;
      DROP TABLE receipts_by_installation;
      CREATE INDEX receipts_by_taking ON receipts (taken_at);
      DELETE FROM receipt_counts;
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
  {
    // Counted a batch at a time by whoever writes, instead of row by row.
    id: 'receipts-004',
    sql: `
      DROP TRIGGER receipts_added;
      DROP TRIGGER receipts_dropped;
    `,
  },
];

export class SqliteReceiptReader extends ReceiptReader {
  constructor(protected readonly store: SqliteStore) {
    super();
  }

  async countsOf(app: string, sendId: string): Promise<ReceiptCounts> {
    const rows = this.store.sql('SELECT kind, messages FROM receipt_counts WHERE app = ? AND send_id = ?').all(app, sendId);
    return countsOfWords(rows.map(({ kind, messages }) => [kind as string, messages as number]));
  }

  async ofInstallations(app: string, sendId: string, installationIds: readonly string[]): Promise<ReadonlyMap<string, readonly Said[]>> {
    const owners = new Map(installationIds.map((id) => [messageIdOf(sendId, id), id]));
    const rows = this.store
      .sql(
        `SELECT message_id AS messageId, kind, at, taken_at AS takenAt FROM receipts
         WHERE app = ? AND send_id = ? AND message_id IN (SELECT value FROM json_each(?)) ORDER BY at`,
      )
      .all(app, sendId, JSON.stringify([...owners.keys()])) as unknown as (Pick<Said, 'at' | 'takenAt'> & {
      messageId: string;
      kind: string;
    })[];
    const said = Map.groupBy(rows, ({ messageId }) => owners.get(messageId) ?? '');
    return new Map(
      [...said].map(([id, receipts]) => [id, receipts.map(({ kind, at, takenAt }) => ({ ...kindOfWord(kind), at, takenAt }))]),
    );
  }
}

export class SqliteReceiptRepository extends SqliteReceiptReader implements ReceiptRepository {
  constructor(
    store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super(store);
  }

  add(receipts: readonly Receipt[]): Promise<readonly boolean[]> {
    return this.store.write(() => {
      const areNew = receipts.map((receipt) => this.#insert(receipt));
      const added = receipts.filter((_, place) => areNew[place] === true);
      this.#count(added);
      this.log.append(receiptsEvents(added));
      return areNew;
    });
  }

  async ofMessage(app: string, messageId: string): Promise<readonly Receipt[]> {
    const rows = this.store.sql('SELECT * FROM receipts WHERE app = ? AND message_id = ? ORDER BY at').all(app, messageId);
    return rows.map((row) => ({
      app,
      installationId: row['installation_id'] as string | null,
      messageId,
      sendId: row['send_id'] as string | null,
      ...kindOfWord(row['kind'] as string),
      at: row['at'] as number,
      takenAt: row['taken_at'] as number,
    }));
  }

  dropOlder(before: number, limit: number): Promise<number> {
    return this.store.write(() => {
      const dropped = this.store
        .sql(
          `DELETE FROM receipts WHERE (app, message_id, kind) IN (SELECT app, message_id, kind FROM receipts WHERE taken_at < ? LIMIT ?)
           RETURNING app, send_id AS sendId, kind`,
        )
        .all(before, limit) as unknown as { app: string; sendId: string | null; kind: string }[];
      for (const [{ app, sendId, kind }, messages] of summed(dropped)) {
        this.store
          .sql('UPDATE receipt_counts SET messages = messages - ? WHERE app = ? AND send_id = ? AND kind = ?')
          .run(messages, app, sendId, kind);
        this.store.sql('DELETE FROM receipt_counts WHERE app = ? AND send_id = ? AND kind = ? AND messages <= 0').run(app, sendId, kind);
      }
      return dropped.length;
    });
  }

  #count(receipts: readonly Receipt[]): void {
    const rows = receipts.map((receipt) => ({ app: receipt.app, sendId: receipt.sendId, kind: wordOf(receipt) }));
    for (const [{ app, sendId, kind }, messages] of summed(rows)) {
      this.store
        .sql(
          `INSERT INTO receipt_counts (app, send_id, kind, messages) VALUES (?, ?, ?, ?)
           ON CONFLICT (app, send_id, kind) DO UPDATE SET messages = messages + excluded.messages`,
        )
        .run(app, sendId, kind, messages);
    }
  }

  #insert(receipt: Receipt): boolean {
    const { app, messageId, installationId, sendId, at, takenAt } = receipt;
    const { changes } = this.store
      .sql(
        'INSERT INTO receipts (app, message_id, kind, installation_id, send_id, at, taken_at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(app, messageId, wordOf(receipt), installationId, sendId, at, takenAt);
    return changes > 0;
  }
}

interface Counted {
  readonly app: string;
  readonly sendId: string | null;
  readonly kind: string;
}

/** How many there are of each app, send and kind; those of no send are counted for none. */
function summed(rows: readonly Counted[]): readonly (readonly [Counted, number])[] {
  const groups = Map.groupBy(
    rows.filter(({ sendId }) => sendId !== null),
    ({ app, sendId, kind }) => `${app} ${sendId} ${kind}`,
  );
  return [...groups.values()].flatMap((some) => (some[0] ? [[some[0], some.length] as const] : []));
}
