import { note } from '#libs/kernel';
import type { DatabaseSync } from 'node:sqlite';

/** A step that brings the embedded store up to date. Published migrations are never edited. */
export interface Migration {
  /** `<owner>-<three digits>`, unique for ever. */
  readonly id: string;
  readonly sql: string;
}

export function applyMigrations(db: DatabaseSync, migrations: readonly Migration[]): void {
  db.exec('CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY) WITHOUT ROWID');
  const applied = new Set(
    db
      .prepare('SELECT id FROM migrations')
      .all()
      .map((row) => row['id']),
  );
  const wasNew = applied.size === 0;
  for (const migration of migrations) {
    if (applied.has(migration.id)) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(migration.sql);
      db.prepare('INSERT INTO migrations (id) VALUES (?)').run(migration.id);
      db.exec('COMMIT');
      if (!wasNew) note('migration applied', { migration: migration.id });
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK'); // a full disk may have ended it
      throw error;
    }
  }
}
