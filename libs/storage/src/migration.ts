import { note } from '#libs/kernel';
import type { DatabaseSync } from 'node:sqlite';

/** A step that brings the embedded store up to date. Published migrations are never edited. */
export interface Migration {
  /** `<owner>-<three digits>`, unique for ever. */
  readonly id: string;
  readonly sql: string;
}

/** Whether the file was never migrated. */
export function isNewFile(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'").get() === undefined;
}

/** `noted`: what is applied is written down, because a file that others have used changes its form. */
export function applyMigrations(db: DatabaseSync, migrations: readonly Migration[], noted: boolean): void {
  db.exec('CREATE TABLE IF NOT EXISTS migrations (id TEXT PRIMARY KEY) WITHOUT ROWID');
  const applied = new Set(
    db
      .prepare('SELECT id FROM migrations')
      .all()
      .map((row) => row['id']),
  );
  for (const migration of migrations) {
    if (applied.has(migration.id)) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(migration.sql);
      db.prepare('INSERT INTO migrations (id) VALUES (?)').run(migration.id);
      db.exec('COMMIT');
      if (noted) note('migration applied', { migration: migration.id });
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK'); // a full disk may have ended it
      throw error;
    }
  }
}
