import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SqliteStore } from '#libs/storage';
import { registryMigrations } from '../registry.migrations.ts';
import { expiryOf, isFirst, nextRevision, packMarks, unpackMarks, type FrequencyRecord } from './frequency-mark.ts';
import { FrequencyMarks } from './frequency-marks.ts';

const asked = 'SELECT key, revision, moved_to, marks FROM frequency_marks WHERE key IN (SELECT value FROM json_each(?))';
const insert =
  'INSERT INTO frequency_marks (revision, moved_to, expires_at, marks, key) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING';
const update = 'UPDATE frequency_marks SET revision = ?, moved_to = ?, expires_at = ?, marks = ? WHERE key = ? AND revision = ?';
const remove = 'DELETE FROM frequency_marks WHERE key IN (SELECT value FROM json_each(?))';
const range = 'SELECT key, expires_at FROM frequency_marks WHERE key > ? ORDER BY key LIMIT ?';
const drop = 'DELETE FROM frequency_marks WHERE expires_at < ? AND key IN (SELECT value FROM json_each(?))';

const lookedAtOnce = 1_000;

export class SqliteFrequencyMarks extends FrequencyMarks {
  /** Every key up to here has been looked at. */
  #swept = '';

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
    const sorted = records.toSorted((one, other) => (one.key < other.key ? -1 : 1)); // neighbours lie on one page of the file
    const rows = sorted.map(rowOf);
    return this.store.write(() => {
      const stale = new Set<string>();
      const [first, later] = [this.store.sql(insert), this.store.sql(update)];
      for (const [index, record] of sorted.entries()) {
        const row = rows[index] ?? rowOf(record);
        const { changes } = isFirst(record) ? first.run(...row) : later.run(...row, record.revision);
        if (changes === 0) stale.add(record.key);
      }
      return stale;
    });
  }

  async remove(keys: readonly string[]): Promise<number> {
    return Number((await this.store.write(() => this.store.sql(remove).run(JSON.stringify(keys)))).changes);
  }

  /** Goes on where it stopped the last time, some keys in a turn, until it has found enough or has come to the end. */
  async dropExpired(before: number, limit: number): Promise<number> {
    for (let dropped = 0; ;) {
      const rows = this.store.sql(range).tuples(this.#swept, lookedAtOnce) as [key: string, expiresAt: number][];
      const over = rows.filter(([, expiresAt]) => expiresAt < before).map(([key]) => key);
      const some = over.slice(0, limit - dropped);
      if (some.length > 0)
        dropped += Number((await this.store.write(() => this.store.sql(drop).run(before, JSON.stringify(some)))).changes);
      const isEnd = rows.length < lookedAtOnce && some.length === over.length;
      this.#swept = isEnd ? '' : ((some.length < over.length ? some.at(-1) : rows.at(-1)?.[0]) ?? '');
      if (isEnd || dropped >= limit) return dropped;
      await nextTurn();
    }
  }
}

function rowOf(record: FrequencyRecord) {
  const { key, movedTo = null, marks } = record;
  return [nextRevision(record), movedTo, expiryOf(record), packMarks(marks), key] as const;
}
