import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type Migration, type SqliteStore } from '#libs/storage';
import { HourlyFileStore } from './hourly-file.store.ts';
import type { FilesPosition } from './hourly-file.ts';

export const hourlyFileMigrations: readonly Migration[] = [
  {
    id: 'hourly-files-001',
    sql: `
      CREATE TABLE hourly_files (app TEXT PRIMARY KEY, revision INTEGER NOT NULL, hour INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
      CREATE INDEX hourly_files_by_hour ON hourly_files (hour);
    `,
  },
];

export class SqliteHourlyFileStore extends HourlyFileStore {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async find(app: string): Promise<FilesPosition | undefined> {
    const row = this.store.sql('SELECT document FROM hourly_files WHERE app = ?').get(app);
    return row && positionOf(row);
  }

  async furthestBehind(): Promise<FilesPosition | undefined> {
    const row = this.store.sql('SELECT document FROM hourly_files ORDER BY hour LIMIT 1').get();
    return row && positionOf(row);
  }

  async save(position: FilesPosition): Promise<void> {
    const { app, revision, hour } = position;
    const insert = 'INSERT INTO hourly_files (revision, hour, document, app) VALUES (?, ?, ?, ?)';
    const update = 'UPDATE hourly_files SET revision = ?, hour = ?, document = ? WHERE app = ? AND revision = ?';
    const values = [revision, hour, JSON.stringify(position), app] as const;
    try {
      await this.store.write(() => {
        const { changes } = revision === 1 ? this.store.sql(insert).run(...values) : this.store.sql(update).run(...values, revision - 1);
        if (changes === 0) throw new StaleRevision(`the files of ${app}`);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`the files of ${app}`, { cause: error }) : error;
    }
  }

  async remove(app: string): Promise<void> {
    await this.store.write(() => this.store.sql('DELETE FROM hourly_files WHERE app = ?').run(app));
  }
}

function positionOf(row: Record<string, unknown>): FilesPosition {
  return JSON.parse(String(row['document'])) as FilesPosition;
}
