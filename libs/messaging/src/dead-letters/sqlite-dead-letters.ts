import type { Clock } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { SqliteEventLog } from '../log/sqlite-event-log.ts';
import { PASS_KEPT_MS, deadRecordOf, digestOf, replayOf, type DeadLetter } from './dead-letter.ts';
import { DeadLetterTruncated, DeadLetters, type DeadLetterCount, type DeadLetterFilter, type DeadLetterPage } from './dead-letters.ts';
import { cursorFrom } from './letter-cursor.ts';
import { cutPage, pageSize } from './letter-page.ts';

type Row = Record<string, unknown>;

const insert = `
  INSERT INTO dead_letters (id, grp, service, topic, partition, "offset", key, type, app, code, reason, tries, at, original, truncated, headers)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;

export class SqliteDeadLetters extends DeadLetters {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
    private readonly clock: Clock,
  ) {
    super();
  }

  async add(letter: DeadLetter): Promise<void> {
    await this.store.write(() => {
      if (this.#insert(letter) === 0) return;
      this.log.appendRecords([deadRecordOf(letter)]);
    });
  }

  async list(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<DeadLetterPage> {
    const { conditions, values } = conditionsOf(filter, cursor);
    const found = this.store
      .sql(
        `SELECT at, id, octet_length(original) AS bytes FROM dead_letters WHERE ${conditions.join(' AND ')} ORDER BY at DESC, id DESC LIMIT ?`,
      )
      .all(...values, pageSize(limit) + 1)
      .map((row) => ({ at: Number(row['at']), id: String(row['id']), bytes: Number(row['bytes']) }));
    const page = cutPage(found, limit);
    return { items: this.#withIds(page.ids), cursor: page.cursor };
  }

  async findById(id: string): Promise<DeadLetter | undefined> {
    const row = this.store.sql('SELECT * FROM dead_letters WHERE id = ?').get(id);
    return row && letterFrom(row);
  }

  async replay(id: string): Promise<boolean> {
    return this.store.write(() => {
      const row = this.store.sql('SELECT * FROM dead_letters WHERE id = ?').get(id);
      if (!row) return false;
      const letter = letterFrom(row);
      if (letter.truncated) throw new DeadLetterTruncated(id);
      const { pass, record } = replayOf(letter, this.clock.now());
      this.store.sql('DELETE FROM replay_passes WHERE at < ?').run(pass.at - PASS_KEPT_MS);
      this.store.sql('INSERT INTO replay_passes (id, grp, digest, at) VALUES (?, ?, ?, ?)').run(pass.id, pass.group, pass.digest, pass.at);
      this.log.appendRecords([record]);
      this.store.sql('DELETE FROM dead_letters WHERE id = ?').run(id);
      return true;
    });
  }

  async replayedFor(pass: string, value: string): Promise<string | undefined> {
    const row = this.store.sql('SELECT grp FROM replay_passes WHERE id = ? AND digest = ?').get(pass, digestOf(value));
    return row && String(row['grp']);
  }

  async delete(id: string): Promise<boolean> {
    return this.store.write(() => Number(this.store.sql('DELETE FROM dead_letters WHERE id = ?').run(id).changes) > 0);
  }

  async counts(): Promise<readonly DeadLetterCount[]> {
    return this.store
      .sql('SELECT service, topic, code, count(*) AS letters FROM dead_letters GROUP BY service, topic, code LIMIT 10000')
      .all()
      .map((row) => ({
        service: String(row['service']),
        topic: String(row['topic']),
        code: String(row['code']),
        letters: Number(row['letters']),
      }));
  }

  #withIds(ids: readonly string[]): DeadLetter[] {
    return this.store
      .sql('SELECT * FROM dead_letters WHERE id IN (SELECT value FROM json_each(?)) ORDER BY at DESC, id DESC')
      .all(JSON.stringify(ids))
      .map(letterFrom);
  }

  #insert(letter: DeadLetter): number {
    const { id, group, service, topic, partition, offset, key, type, app } = letter;
    const { code, reason, tries, at, original, truncated, headers } = letter;
    const { changes } = this.store
      .sql(insert)
      .run(
        ...[id, group, service, topic, partition, offset, key, type, app],
        ...[code, reason, tries, at, original, truncated ? 1 : 0, JSON.stringify(headers)],
      );
    return Number(changes);
  }
}

/** One text for each combination of filters, so that the statements stay few. */
function conditionsOf(filter: DeadLetterFilter, cursor: string | undefined) {
  const behind = cursor === undefined ? undefined : cursorFrom(cursor);
  const wanted: readonly [string, string | number | undefined][] = [
    ['app = ?', filter.app],
    ['service = ?', filter.service],
    ['topic = ?', filter.topic],
    ['code = ?', filter.code],
    ['at >= ?', filter.since],
    ['at < ?', filter.before],
  ];
  const given = wanted.filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  return {
    conditions: ['true', ...given.map(([text]) => text), ...(behind ? ['(at, id) < (?, ?)'] : [])],
    values: [...given.map(([, value]) => value), ...(behind ? [behind.at, behind.id] : [])],
  };
}

function letterFrom(row: Row): DeadLetter {
  const text = (name: string) => String(row[name]);
  const textOrNull = (name: string) => (row[name] === null ? null : text(name));
  return {
    id: text('id'),
    group: text('grp'),
    service: text('service'),
    topic: text('topic'),
    partition: Number(row['partition']),
    offset: Number(row['offset']),
    key: text('key'),
    type: textOrNull('type'),
    app: textOrNull('app'),
    code: text('code'),
    reason: text('reason'),
    tries: Number(row['tries']),
    at: Number(row['at']),
    original: text('original'),
    truncated: row['truncated'] === 1,
    headers: JSON.parse(text('headers')) as Record<string, string>,
  };
}
