import type { SqliteStore } from '#libs/storage';
import type { LogRecord } from '../consuming/log-record.ts';

const page = `
  SELECT "offset", key, at, value, headers FROM log_records
  WHERE topic = ? AND partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?`;

/** The reading side of the embedded log. */
export class SqliteLogReader {
  constructor(private readonly store: SqliteStore) {}

  /** The records of a partition from an offset on, in order. */
  read(topic: string, partition: number, from: number, limit: number): readonly LogRecord[] {
    return this.store
      .sql(page)
      .all(topic, partition, from, limit)
      .map((row) => ({
        topic,
        partition,
        offset: Number(row['offset']),
        key: String(row['key']),
        at: Number(row['at']),
        value: String(row['value']),
        headers: typeof row['headers'] === 'string' ? (JSON.parse(row['headers']) as Record<string, string>) : {},
      }));
  }
}
