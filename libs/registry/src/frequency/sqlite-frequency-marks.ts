import type { SqliteStore } from '#libs/storage';
import { registryMigrations } from '../registry.migrations.ts';
import { expiryOf, isFirst, nextRevision, packMarks, unpackMarks, type FrequencyRecord } from './frequency-mark.ts';
import { FrequencyMarks } from './frequency-marks.ts';

const asked = 'SELECT key, revision, moved_to, marks FROM frequency_marks WHERE key IN (SELECT value FROM json_each(?))';
const insert =
  'INSERT INTO frequency_marks (revision, moved_to, expires_at, marks, key) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING';
const update = 'UPDATE frequency_marks SET revision = ?, moved_to = ?, expires_at = ?, marks = ? WHERE key = ? AND revision = ?';
const remove = 'DELETE FROM frequency_marks WHERE key IN (SELECT value FROM json_each(?))';
const dropExpired =
  'DELETE FROM frequency_marks WHERE key IN (SELECT key FROM frequency_marks WHERE expires_at < ? ORDER BY expires_at LIMIT ?)';

export class SqliteFrequencyMarks extends FrequencyMarks {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async find(keys: readonly string[]): Promise<ReadonlyMap<string, FrequencyRecord>> {
    const found = new Map<string, FrequencyRecord>();
    for (const [key, revision, movedTo, marks] of this.store.sql(asked).tuples(JSON.stringify(keys))) {
      const record = { key: key as string, revision: revision as number, marks: unpackMarks(marks as string) };
      found.set(record.key, movedTo === null ? record : { ...record, movedTo: movedTo as string });
    }
    return found;
  }

  async save(records: readonly FrequencyRecord[]): Promise<ReadonlySet<string>> {
    const written = records.map((record) => {
      const { key, revision, movedTo = null, marks } = record;
      const values = [nextRevision(record), movedTo, expiryOf(record), packMarks(marks), key] as const;
      return isFirst(record) ? ([insert, values] as const) : ([update, [...values, revision]] as const);
    });
    return this.store.write(() => {
      const stale = new Set<string>();
      for (const [index, [sql, values]] of written.entries()) {
        const { changes } = this.store.sql(sql).run(...values);
        if (changes === 0) stale.add(records[index]?.key ?? '');
      }
      return stale;
    });
  }

  async remove(keys: readonly string[]): Promise<number> {
    return Number((await this.store.write(() => this.store.sql(remove).run(JSON.stringify(keys)))).changes);
  }

  async dropExpired(before: number, limit: number): Promise<number> {
    return Number((await this.store.write(() => this.store.sql(dropExpired).run(before, limit))).changes);
  }
}
