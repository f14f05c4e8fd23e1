import type { Migration } from '#libs/storage';

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
