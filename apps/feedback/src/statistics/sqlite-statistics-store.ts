import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type Migration, type SqliteStore } from '#libs/storage';
import { StatisticsStore, type HourPlace, type StatMark } from './statistics.store.ts';
import type { StatHour, StatPart } from './statistics.ts';

export const statisticsMigrations: readonly Migration[] = [
  {
    id: 'statistics-001',
    sql: `
      CREATE TABLE stat_marks (app TEXT NOT NULL, subject TEXT NOT NULL, due_at INTEGER NOT NULL, marks INTEGER NOT NULL, PRIMARY KEY (app, subject)) STRICT, WITHOUT ROWID;
      CREATE INDEX stat_marks_due ON stat_marks (due_at);
      CREATE TABLE stat_parts (
        app TEXT NOT NULL, hour INTEGER NOT NULL, source TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (app, hour, source)
      ) STRICT;
      CREATE TABLE stat_hours (
        app TEXT NOT NULL, hour INTEGER NOT NULL, revision INTEGER NOT NULL, sealed INTEGER NOT NULL, document TEXT NOT NULL, PRIMARY KEY (app, hour)
      ) STRICT;
      CREATE INDEX stat_hours_open ON stat_hours (hour) WHERE sealed = 0;
      CREATE INDEX stat_hours_by_age ON stat_hours (hour);
    `,
  },
];

export class SqliteStatisticsStore extends StatisticsStore {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  mark(app: string, subject: string, dueAt: number): Promise<number> {
    const sql = `INSERT INTO stat_marks (app, subject, due_at, marks) VALUES (?, ?, ?, 1)
      ON CONFLICT DO UPDATE SET marks = marks + 1, due_at = min(due_at, excluded.due_at) RETURNING due_at`;
    return this.store.write(() => this.store.sql(sql).get(app, subject, dueAt)?.['due_at'] as number);
  }

  async dueMarks(now: number, limit: number): Promise<readonly StatMark[]> {
    return this.store
      .sql('SELECT app, subject AS subject, due_at AS dueAt, marks FROM stat_marks WHERE due_at <= ? ORDER BY due_at LIMIT ?')
      .all(now, limit)
      .map((row) => ({ ...row }) as unknown as StatMark);
  }

  async unmark({ app, subject, marks }: StatMark): Promise<void> {
    await this.store.write(() =>
      this.store.sql('DELETE FROM stat_marks WHERE app = ? AND subject = ? AND marks = ?').run(app, subject, marks),
    );
  }

  async savePart(part: StatPart): Promise<void> {
    const { app, hour, source } = part;
    const sql = `INSERT INTO stat_parts (app, hour, source, document) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET document = excluded.document`;
    await this.store.write(() => this.store.sql(sql).run(app, hour, source, JSON.stringify(part)));
  }

  async findPart({ app, hour }: HourPlace, source: string): Promise<StatPart | undefined> {
    const row = this.store.sql('SELECT document FROM stat_parts WHERE app = ? AND hour = ? AND source = ?').get(app, hour, source);
    return row && partOf(row);
  }

  async parts({ app, hour }: HourPlace, after: string, limit: number): Promise<readonly StatPart[]> {
    return this.store
      .sql('SELECT document FROM stat_parts WHERE app = ? AND hour = ? AND source > ? ORDER BY source LIMIT ?')
      .all(app, hour, after, limit)
      .map(partOf);
  }

  dropParts({ app, hour }: HourPlace, limit: number): Promise<number> {
    const sql = 'DELETE FROM stat_parts WHERE rowid IN (SELECT rowid FROM stat_parts WHERE app = ? AND hour = ? LIMIT ?)';
    return this.store.write(() => Number(this.store.sql(sql).run(app, hour, limit).changes));
  }

  async findHour({ app, hour }: HourPlace): Promise<StatHour | undefined> {
    const row = this.store.sql('SELECT document FROM stat_hours WHERE app = ? AND hour = ?').get(app, hour);
    return row && hourFrom(row);
  }

  async saveHour(hour: StatHour): Promise<void> {
    const { app, hour: at, revision, sealed } = hour;
    const insert = 'INSERT INTO stat_hours (revision, sealed, document, app, hour) VALUES (?, ?, ?, ?, ?)';
    const update = 'UPDATE stat_hours SET revision = ?, sealed = ?, document = ? WHERE app = ? AND hour = ? AND revision = ?';
    const values = [revision, sealed ? 1 : 0, JSON.stringify(hour), app, at] as const;
    try {
      await this.store.write(() => {
        const { changes } = revision === 1 ? this.store.sql(insert).run(...values) : this.store.sql(update).run(...values, revision - 1);
        if (changes === 0) throw new StaleRevision(`statistics of hour ${at}`);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`statistics of hour ${at}`, { cause: error }) : error;
    }
  }

  async hours(app: string, from: number, to: number, limit: number): Promise<readonly StatHour[]> {
    return this.store
      .sql('SELECT document FROM stat_hours WHERE app = ? AND hour >= ? AND hour < ? ORDER BY hour LIMIT ?')
      .all(app, from, to, limit)
      .map(hourFrom);
  }

  async unsealed(before: number, limit: number): Promise<readonly HourPlace[]> {
    return this.store
      .sql('SELECT app, hour FROM stat_hours WHERE sealed = 0 AND hour < ? ORDER BY hour LIMIT ?')
      .all(before, limit)
      .map((row) => ({ ...row }) as unknown as HourPlace);
  }

  dropHours(before: number, limit: number): Promise<number> {
    const sql = 'DELETE FROM stat_hours WHERE rowid IN (SELECT rowid FROM stat_hours WHERE hour < ? LIMIT ?)';
    return this.store.write(() => Number(this.store.sql(sql).run(before, limit).changes));
  }
}

function partOf(row: Record<string, unknown>): StatPart {
  return JSON.parse(String(row['document'])) as StatPart;
}

function hourFrom(row: Record<string, unknown>): StatHour {
  return JSON.parse(String(row['document'])) as StatHour;
}
