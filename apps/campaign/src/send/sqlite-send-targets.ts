import { compareKeys } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { packRecipients, unpackRecipients } from './packed-recipients.ts';
import { SendTargets, TARGETS_IN_DOCUMENT, type TargetedRecipient } from './send-targets.ts';

export class SqliteSendTargets extends SendTargets {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async put(sendId: string, recipients: readonly TargetedRecipient[]): Promise<void> {
    await this.store.write(() => {
      const stored = this.store.sql('SELECT 1 FROM send_targets WHERE send_id = ? LIMIT 1').get(sendId);
      if (stored) return;
      for (let n = 0; n * TARGETS_IN_DOCUMENT < recipients.length; n += 1) {
        const part = recipients.slice(n * TARGETS_IN_DOCUMENT, (n + 1) * TARGETS_IN_DOCUMENT);
        this.store
          .sql('INSERT INTO send_targets (send_id, n, last_key, recipients) VALUES (?, ?, ?, ?)')
          .run(sendId, n, part.at(-1)?.key ?? '', packRecipients(part));
      }
    });
  }

  async after(sendId: string, key: string, limit: number): Promise<readonly TargetedRecipient[]> {
    const found: TargetedRecipient[] = [];
    let from = -1;
    while (found.length < limit) {
      const row = this.store
        .sql('SELECT n, recipients FROM send_targets WHERE send_id = ? AND n > ? AND last_key > ? ORDER BY n LIMIT 1')
        .get(sendId, from, key);
      if (!row) break;
      from = Number(row['n']);
      found.push(...unpackRecipients(String(row['recipients'])).filter((recipient) => compareKeys(recipient.key, key) > 0));
    }
    return found.slice(0, limit);
  }

  async dropOfSend(sendId: string): Promise<void> {
    await this.store.write(() => this.store.sql('DELETE FROM send_targets WHERE send_id = ?').run(sendId));
  }
}
