import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { AuditLine } from '../audit/audit-line.ts';
import { appendAuditLine } from '../audit/sqlite-audit-log.ts';
import { withDefaults } from './app-settings.ts';
import { AppRepository } from './app.repository.ts';
import type { App } from './app.ts';

export class SqliteAppRepository extends AppRepository {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async findById(app: string): Promise<App | undefined> {
    const row = this.store.sql('SELECT document FROM apps WHERE id = ?').get(app);
    return row && appOf(row);
  }

  async list(after: string | undefined, limit: number): Promise<readonly App[]> {
    const sql = 'SELECT document FROM apps WHERE id > ? AND deleted_at IS NULL ORDER BY id LIMIT ?';
    return this.store
      .sql(sql)
      .all(after ?? '', limit)
      .map(appOf);
  }

  async listDeleted(after: string | undefined, limit: number): Promise<readonly string[]> {
    const sql = 'SELECT id FROM apps WHERE id > ? AND deleted_at IS NOT NULL ORDER BY id LIMIT ?';
    return this.store
      .sql(sql)
      .all(after ?? '', limit)
      .map(({ id }) => String(id));
  }

  async save(app: App, audit: AuditLine): Promise<void> {
    try {
      await this.store.write(() => {
        this.#save(app);
        appendAuditLine(this.store, audit);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`app ${app.id}`, { cause: error }) : error;
    }
  }

  #save(app: App): void {
    const document = JSON.stringify(app);
    const deletedAt = app.deletedAt ?? null;
    if (app.revision === 1) {
      this.store.sql('INSERT INTO apps (id, revision, deleted_at, document) VALUES (?, 1, ?, ?)').run(app.id, deletedAt, document);
      return;
    }
    const { changes } = this.store
      .sql('UPDATE apps SET revision = ?, deleted_at = ?, document = ? WHERE id = ? AND revision = ?')
      .run(app.revision, deletedAt, document, app.id, app.revision - 1);
    if (changes === 0) throw new StaleRevision(`app ${app.id}`);
  }
}

function appOf(row: Record<string, unknown>): App {
  return withDefaults(JSON.parse(String(row['document'])) as App);
}
