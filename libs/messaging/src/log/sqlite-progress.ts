import { crashPoint } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { GroupLag } from '../consuming/event-transport.ts';
import { detailsText, fromBeginning, progressFrom, type PartitionProgress } from '../consuming/partition-progress.ts';
import type { PartitionRow } from '../consuming/progress-committer.ts';

const upsert = `
  INSERT INTO log_progress (topic, grp, partition, next, details) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (topic, grp, partition) DO UPDATE SET next = excluded.next, details = excluded.details`;
const lags = `
  SELECT topic, grp, sum(messages) AS messages, min(oldest) AS oldest FROM (
    SELECT topic, grp,
      max(0, coalesce((SELECT max("offset") + 1 FROM log_records r WHERE r.topic = p.topic AND r.partition = p.partition), 0) - next) AS messages,
      (SELECT at FROM log_records r WHERE r.topic = p.topic AND r.partition = p.partition AND r."offset" >= p.next ORDER BY r."offset" LIMIT 1) AS oldest
    FROM log_progress p
  ) GROUP BY topic, grp ORDER BY topic, grp`;

/** How far each group has come in each partition. */
export class SqliteProgress {
  constructor(private readonly store: SqliteStore) {}

  load(topic: string, group: string, partition: number): PartitionProgress {
    const row = this.store
      .sql('SELECT next, details FROM log_progress WHERE topic = ? AND grp = ? AND partition = ?')
      .get(topic, group, partition);
    return row ? progressFrom(Number(row['next']), String(row['details'])) : fromBeginning;
  }

  async save(topic: string, group: string, rows: readonly PartitionRow[]): Promise<void> {
    crashPoint('log.progress.before');
    await this.store.write(() => {
      const statement = this.store.sql(upsert);
      for (const { partition, progress } of rows) statement.run(topic, group, partition, progress.next, detailsText(progress));
    });
    crashPoint('log.progress.after');
  }

  /** A group that is seen keeps the log from dropping what it has not read. */
  async markSeen(topic: string, group: string, at: number): Promise<void> {
    await this.store.write(() => {
      this.store
        .sql(
          'INSERT INTO log_groups (topic, grp, seen_at) VALUES (?, ?, ?) ON CONFLICT (topic, grp) DO UPDATE SET seen_at = excluded.seen_at',
        )
        .run(topic, group, at);
    });
  }

  lag(now: number): readonly GroupLag[] {
    return this.store
      .sql(lags)
      .all()
      .map((row) => ({
        group: String(row['grp']),
        topic: String(row['topic']),
        messages: Number(row['messages']),
        oldestMs: row['oldest'] === null ? 0 : Math.max(0, now - Number(row['oldest'])),
      }));
  }
}
