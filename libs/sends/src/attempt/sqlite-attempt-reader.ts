import type { SqliteStore } from '#libs/storage';
import { firstAttemptId, type Attempt } from './attempt.ts';
import { attemptMigrations } from './attempt-migrations.ts';
import { AttemptReader } from './attempt-reader.ts';
import { attemptOf } from './attempt-row.ts';

const one = 'SELECT * FROM attempts WHERE id = ?';
// Ids of a batch's attempts are the batch's id, a colon and digits with dots; a semicolon sorts right behind the colon.
const ofBatch = 'SELECT * FROM attempts WHERE id >= ? AND id < ? LIMIT 10000';
const known = 'SELECT id FROM attempts WHERE id IN (SELECT value FROM json_each(?))';
const open = 'SELECT count(*) AS n FROM attempts WHERE send_id = ? AND window_open = 1';

export class SqliteAttemptReader extends AttemptReader {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(attemptMigrations);
  }

  async findById(id: string): Promise<Attempt | undefined> {
    const row = this.store.sql(one).get(id);
    return row && attemptOf(row);
  }

  async ofBatch(batchId: string): Promise<readonly Attempt[]> {
    const attempts = this.store.sql(ofBatch).all(`${batchId}:`, `${batchId};`).map(attemptOf);
    return attempts.sort((a, b) => a.depth - b.depth);
  }

  async claimed(batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    const ids = JSON.stringify(batchIds.map((batch) => firstAttemptId(batch)));
    const rows = this.store.sql(known).all(ids);
    return new Set(rows.map((row) => String(row['id']).slice(0, -2)));
  }

  async openWindows(sendId: string): Promise<number> {
    return Number(this.store.sql(open).get(sendId)?.['n'] ?? 0);
  }
}
