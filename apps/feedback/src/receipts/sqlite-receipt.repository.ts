import type { DomainEvent } from '#libs/events';
import type { SqliteEventLog } from '#libs/messaging';
import type { Receipt, ReceiptKind } from '#libs/sends';
import type { SqliteStore } from '#libs/storage';
import { ReceiptRepository } from './receipt.repository.ts';

export class SqliteReceiptRepository extends ReceiptRepository {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
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
