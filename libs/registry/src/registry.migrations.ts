import type { Migration } from '#libs/storage';

/**
 * Installations are clustered by key, so that planning is a range scan and a dispatch an IN. What audiences filter and the dispatcher reads
 * stands in columns, the rest in `details` (JSON). Tags stand as `|a|b|` (no tag holds a bar), and `tags` is the union of own and user's.
 */
const installations = `
  CREATE TABLE installations (
    key TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    deleted_at INTEGER,
    user_id TEXT NOT NULL,
    external_id TEXT,
    owner_epoch INTEGER NOT NULL,
    user_revision INTEGER NOT NULL,
    subscription TEXT NOT NULL,
    notifications_enabled INTEGER NOT NULL,
    platform TEXT NOT NULL,
    provider TEXT NOT NULL,
    environment TEXT NOT NULL,
    bundle_id TEXT,
    language TEXT,
    first_seen_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    own_tags TEXT NOT NULL,
    user_tags TEXT NOT NULL,
    tags TEXT GENERATED ALWAYS AS (own_tags || user_tags) STORED,
    token_key TEXT,
    has_token INTEGER NOT NULL,
    token TEXT,
    token_confirmed_at INTEGER,
    claim_at INTEGER,
    attributes TEXT NOT NULL,
    user_attributes TEXT NOT NULL,
    details TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX installations_token ON installations (token_key) WHERE token_key IS NOT NULL;
  CREATE INDEX installations_user ON installations (app, user_id);
  CREATE INDEX installations_tally ON installations (deleted_at, app, provider, has_token);
  CREATE INDEX installations_claim ON installations (claim_at) WHERE claim_at IS NOT NULL;`;

const users = `
  CREATE TABLE users (
    app TEXT NOT NULL,
    user_id TEXT NOT NULL,
    external_id TEXT,
    revision INTEGER NOT NULL,
    subscription TEXT NOT NULL,
    subscription_changed_at INTEGER NOT NULL,
    tags TEXT NOT NULL,
    attributes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    merged_into TEXT,
    PRIMARY KEY (app, user_id)
  ) WITHOUT ROWID;
  CREATE UNIQUE INDEX users_external_id ON users (app, external_id) WHERE external_id IS NOT NULL;
  CREATE INDEX users_merged ON users (merged_into) WHERE merged_into IS NOT NULL;`;

/** Clustered by installation and time: the most asked question is one range, and a new line lies beside the one before it. */
const ledger = `
  CREATE TABLE token_ledger (
    id TEXT NOT NULL,
    app TEXT NOT NULL,
    installation_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    at INTEGER NOT NULL,
    event TEXT NOT NULL,
    token_fingerprint TEXT,
    from_user TEXT,
    to_user TEXT,
    from_external_id TEXT,
    to_external_id TEXT,
    reason TEXT,
    provider TEXT,
    send_id TEXT,
    PRIMARY KEY (app, installation_id, at, id)
  ) WITHOUT ROWID;
  CREATE INDEX token_ledger_from_user ON token_ledger (app, from_user, at, id) WHERE from_user IS NOT NULL;
  CREATE INDEX token_ledger_to_user ON token_ledger (app, to_user, at, id) WHERE to_user IS NOT NULL;
  CREATE INDEX token_ledger_token ON token_ledger (app, token_fingerprint, at) WHERE token_fingerprint IS NOT NULL;`;

export const registryMigrations: readonly Migration[] = [
  { id: 'registry-001', sql: installations },
  { id: 'registry-002', sql: users },
  { id: 'registry-003', sql: ledger },
];
