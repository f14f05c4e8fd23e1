import type { Migration } from '#libs/storage';

export const accessMigrations: readonly Migration[] = [
  {
    id: 'access-001',
    sql: `
      CREATE TABLE apps (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, deleted_at INTEGER, document TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE api_keys (id TEXT PRIMARY KEY, app TEXT, hash TEXT NOT NULL UNIQUE, document TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX api_keys_by_app ON api_keys (app, id);
      CREATE TABLE credentials (app TEXT NOT NULL, provider TEXT NOT NULL, revision INTEGER NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (app, provider)) WITHOUT ROWID;
      CREATE TABLE audit (id TEXT PRIMARY KEY, app TEXT, at INTEGER NOT NULL, document TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX audit_by_time ON audit (at, id);
      CREATE INDEX audit_by_app ON audit (app, at, id);`,
  },
  { id: 'access-002', sql: 'CREATE TABLE sealing (id TEXT PRIMARY KEY, sealed TEXT NOT NULL) WITHOUT ROWID;' },
  {
    id: 'access-003',
    sql: `
      CREATE TABLE halts (id TEXT PRIMARY KEY, revision INTEGER NOT NULL, is_on INTEGER NOT NULL, document TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX halts_in_force ON halts (id) WHERE is_on = 1;`,
  },
];
