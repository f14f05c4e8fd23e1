import { StaleRevision } from '#libs/kernel';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import { NamedDocuments, type NamedDocument } from './named-documents.ts';

/** The table of one kind. */
export function documentsTable(name: string): string {
  return `
    CREATE TABLE ${name} (
      app TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, document TEXT NOT NULL,
      PRIMARY KEY (app, id)
    ) STRICT;
  `;
}

export class SqliteNamedDocuments<T extends NamedDocument> extends NamedDocuments<T> {
  constructor(
    private readonly store: SqliteStore,
    private readonly table: string,
  ) {
    super();
  }

  async findById(app: string, id: string): Promise<T | undefined> {
    const row = this.store.sql(`SELECT document FROM ${this.table} WHERE app = ? AND id = ?`).get(app, id);
    return row && this.#read(row);
  }

  async list(app: string, after: string | undefined, limit: number): Promise<readonly T[]> {
    const rows = this.store
      .sql(`SELECT document FROM ${this.table} WHERE app = ? AND id > ? ORDER BY id LIMIT ?`)
      .all(app, after ?? '', limit);
    return rows.map((row) => this.#read(row));
  }

  async save(written: T): Promise<void> {
    const { app, id, revision } = written;
    const document = JSON.stringify(written);
    const insert = `INSERT INTO ${this.table} (revision, document, app, id) VALUES (?, ?, ?, ?)`;
    const update = `UPDATE ${this.table} SET revision = ?, document = ? WHERE app = ? AND id = ? AND revision = ?`;
    try {
      await this.store.write(() => {
        const { changes } =
          revision === 1
            ? this.store.sql(insert).run(revision, document, app, id)
            : this.store.sql(update).run(revision, document, app, id, revision - 1);
        if (changes === 0) throw new StaleRevision(`${this.table} ${id}`);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(`${this.table} ${id}`, { cause: error }) : error;
    }
  }

  async delete({ app, id, revision }: T): Promise<void> {
    await this.store.write(() => {
      const { changes } = this.store.sql(`DELETE FROM ${this.table} WHERE app = ? AND id = ? AND revision = ?`).run(app, id, revision);
      if (changes === 0) throw new StaleRevision(`${this.table} ${id}`);
    });
  }

  #read(row: Record<string, unknown>): T {
    return JSON.parse(String(row['document'])) as T;
  }
}
