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

/**
 * Live installations by app, provider and whether they have a token, kept by triggers: the count is a look-up, and a registration writes the one
 * row that all share instead of an index entry of its own somewhere in the file.
 */
const group = (row: 'NEW' | 'OLD') => `${row}.app, ${row}.provider, ${row}.has_token`;
const counted = `
  INSERT INTO installation_tallies VALUES (${group('NEW')}, 1)
  ON CONFLICT DO UPDATE SET installations = installations + 1;`;
const discounted = `
  UPDATE installation_tallies SET installations = installations - 1 WHERE (app, provider, has_token) = (${group('OLD')});`;
const tallies = `
  CREATE TABLE installation_tallies (
    app TEXT NOT NULL,
    provider TEXT NOT NULL,
    has_token INTEGER NOT NULL,
    installations INTEGER NOT NULL,
    PRIMARY KEY (app, provider, has_token)
  ) WITHOUT ROWID;
  INSERT INTO installation_tallies
    SELECT app, provider, has_token, count(*) FROM installations WHERE deleted_at IS NULL GROUP BY app, provider, has_token;
  CREATE TRIGGER installations_come AFTER INSERT ON installations WHEN NEW.deleted_at IS NULL BEGIN ${counted} END;
  CREATE TRIGGER installations_go AFTER DELETE ON installations WHEN OLD.deleted_at IS NULL BEGIN ${discounted} END;
  CREATE TRIGGER installations_leave AFTER UPDATE OF deleted_at, provider, has_token ON installations
    WHEN OLD.deleted_at IS NULL AND (NEW.deleted_at, ${group('NEW')}) IS NOT (NULL, ${group('OLD')}) BEGIN ${discounted} END;
  CREATE TRIGGER installations_enter AFTER UPDATE OF deleted_at, provider, has_token ON installations
    WHEN NEW.deleted_at IS NULL AND (OLD.deleted_at, ${group('OLD')}) IS NOT (NULL, ${group('NEW')}) BEGIN ${counted} END;
  DROP INDEX installations_tally;
  CREATE INDEX installations_deleted ON installations (deleted_at) WHERE deleted_at IS NOT NULL;`;

/** Read for every message, so no longer out of `details`. */
const ofRecipients = `
  ALTER TABLE installations ADD COLUMN locale TEXT;
  ALTER TABLE installations ADD COLUMN token_imported INTEGER NOT NULL DEFAULT 0;
  UPDATE installations SET
    locale = details ->> '$.locale',
    token_imported = coalesce(details ->> '$.tokenImported', 0),
    details = json_remove(details, '$.locale', '$.tokenImported');`;

/** Who must be looked at before a message goes: of nearly all users the answer is that they are not here, which is found out without reading them. */
const unusualUsers = `
  CREATE INDEX users_unusual ON users (app, user_id, subscription, merged_into) WHERE subscription <> 'subscribed' OR merged_into IS NOT NULL;`;

/** What may be retired, and when it is to be looked at; rows with neither are in neither index, and those are nearly all. */
const overdue = `
  ALTER TABLE installations ADD COLUMN expires_at INTEGER;
  ALTER TABLE installations ADD COLUMN idle_since INTEGER;
  UPDATE installations SET expires_at = details ->> '$.expiresAt' WHERE details ->> '$.expiresAt' IS NOT NULL;
  UPDATE installations SET idle_since = last_seen_at WHERE deleted_at IS NULL AND (
    (token IS NULL AND claim_at IS NULL AND external_id IS NULL) OR (platform = 'web' AND token IS NOT NULL));
  CREATE INDEX installations_expiry ON installations (expires_at) WHERE expires_at IS NOT NULL;
  CREATE INDEX installations_idle ON installations (idle_since) WHERE idle_since IS NOT NULL;`;

/** What a commit of lines writes of an import stands apart from what calls write. */
const imports = `
  CREATE TABLE imports (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    step INTEGER NOT NULL,
    document TEXT NOT NULL,
    progress TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX imports_app ON imports (app, created_at);
  CREATE INDEX imports_time ON imports (created_at);
  CREATE INDEX imports_running ON imports (created_at) WHERE state = 'running';
  CREATE TABLE import_problems (
    import TEXT NOT NULL,
    part INTEGER NOT NULL,
    line INTEGER NOT NULL,
    "index" INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (import, part, line, "index")
  ) WITHOUT ROWID;`;

/**
 * Users whose documents may say something else than the copies of them that installations carry: of all others the copies are the word, and a send reads no user.
 * Whatever makes the two differ puts the user here in its own transaction; whoever has made them equal again takes it away, and too many rows cost time only.
 */
const differ = (user: string, installation: string) =>
  `(${user}.revision <> ${installation}.user_revision OR ${user}.subscription <> ${installation}.subscription OR ${user}.merged_into IS NOT NULL)`;
const noteUser = (row: 'NEW') => `INSERT INTO users_ahead VALUES (${row}.app, ${row}.user_id) ON CONFLICT DO NOTHING;`;
const carried = `EXISTS (SELECT 1 FROM installations AS i WHERE i.app = NEW.app AND i.user_id = NEW.user_id AND ${differ('NEW', 'i')})`;
const owned = `EXISTS (SELECT 1 FROM users AS u WHERE u.app = NEW.app AND u.user_id = NEW.user_id AND ${differ('u', 'NEW')})`;
const usersAhead = `
  CREATE TABLE users_ahead (app TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (app, user_id)) WITHOUT ROWID;
  INSERT INTO users_ahead SELECT DISTINCT u.app, u.user_id FROM installations AS i
    CROSS JOIN users AS u ON u.app = i.app AND u.user_id = i.user_id WHERE ${differ('u', 'i')};
  CREATE TRIGGER users_come AFTER INSERT ON users WHEN ${carried} BEGIN ${noteUser('NEW')} END;
  CREATE TRIGGER users_change AFTER UPDATE OF revision, subscription, merged_into ON users WHEN ${carried} BEGIN ${noteUser('NEW')} END;
  CREATE TRIGGER users_go AFTER DELETE ON users BEGIN DELETE FROM users_ahead WHERE app = OLD.app AND user_id = OLD.user_id; END;
  CREATE TRIGGER installations_copy AFTER INSERT ON installations WHEN ${owned} BEGIN ${noteUser('NEW')} END;
  CREATE TRIGGER installations_copy_again AFTER UPDATE OF user_id, user_revision, subscription ON installations WHEN ${owned} BEGIN ${noteUser('NEW')} END;
  DROP INDEX users_unusual;`;

/** Takes a user away whose copies are all what its document says. Parameters: app, user id. */
export const dropEqualUser = `
  DELETE FROM users_ahead WHERE app = ?1 AND user_id = ?2 AND NOT EXISTS (
    SELECT 1 FROM users AS u CROSS JOIN installations AS i ON i.app = u.app AND i.user_id = u.user_id
    WHERE u.app = ?1 AND u.user_id = ?2 AND ${differ('u', 'i')})`;

/** Names and deeds of people: each found by its own key, and all of one person together. */
const belongings = `
  ALTER TABLE users ADD COLUMN aliased INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE user_aliases (
    app TEXT NOT NULL,
    label TEXT NOT NULL,
    name TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (app, label, name)
  ) WITHOUT ROWID;
  CREATE INDEX user_aliases_user ON user_aliases (app, user_id);
  CREATE TABLE user_events (
    app TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    rollup TEXT NOT NULL,
    recent TEXT NOT NULL,
    PRIMARY KEY (app, user_id, name)
  ) WITHOUT ROWID;
  CREATE TABLE user_operations (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    revision INTEGER NOT NULL,
    document TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX user_operations_due ON user_operations (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX user_operations_created ON user_operations (created_at);`;

const exportJobs = `
  CREATE TABLE exports (
    id TEXT PRIMARY KEY,
    app TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    document TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX exports_running ON exports (created_at) WHERE state = 'running';
  CREATE INDEX exports_time ON exports (created_at);`;

/** Tokens of Live Activities. The trigger erases what belongs to an installation that is deleted, in the same write. */
const activityTokens = `
  CREATE TABLE activity_tokens (
    app TEXT NOT NULL, place TEXT NOT NULL, installation_id TEXT NOT NULL, token TEXT NOT NULL, fingerprint TEXT NOT NULL,
    owner_epoch INTEGER NOT NULL, registered_at INTEGER NOT NULL, expires_at INTEGER,
    PRIMARY KEY (app, place, installation_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX activity_tokens_of ON activity_tokens (app, installation_id, registered_at);
  CREATE INDEX activity_tokens_expiry ON activity_tokens (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TRIGGER activity_tokens_erased AFTER UPDATE OF deleted_at ON installations WHEN NEW.deleted_at IS NOT NULL BEGIN
    DELETE FROM activity_tokens WHERE app = NEW.app AND installation_id = NEW.id;
  END;`;

/** How installations come and go, by time: a line of those that a new installation or a dead token leaves, and of no others. */
const turnsOfTokens = `
  CREATE INDEX token_ledger_turns ON token_ledger (app, at, id) WHERE event IN ('registered', 'imported', 'invalidated');`;

/** Who has been erased; `waiting_for` names the services with steps to do, each between bars. */
const erasures = `
  CREATE TABLE erasures (
    id TEXT PRIMARY KEY, app TEXT NOT NULL, person TEXT NOT NULL, created_at INTEGER NOT NULL, due_at INTEGER, waiting_for TEXT NOT NULL,
    revision INTEGER NOT NULL, document TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX erasures_app ON erasures (app, created_at, id);
  CREATE INDEX erasures_person ON erasures (app, person, created_at);
  CREATE INDEX erasures_due ON erasures (due_at) WHERE due_at IS NOT NULL;`;

/** What counts by frequency caps, for each person and device. */
const frequencyMarks = `
  CREATE TABLE frequency_marks (
    key TEXT PRIMARY KEY, revision INTEGER NOT NULL, moved_to TEXT, expires_at INTEGER NOT NULL, marks TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX frequency_marks_expiry ON frequency_marks (expires_at);`;

/** When a person last received and last opened a message of each campaign. */
const engagements = `
  CREATE TABLE user_engagements (
    app TEXT NOT NULL, user_id TEXT NOT NULL, kind TEXT NOT NULL, campaign TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (app, user_id, kind, campaign)
  ) STRICT, WITHOUT ROWID;`;

const droppedMessages = `ALTER TABLE installations ADD COLUMN dropped_since INTEGER;`;

/** A mark is written for each message of a send: what is over is found in the order of keys, which costs nothing then. */
const withoutExpiryIndex = 'DROP INDEX frequency_marks_expiry';

export const registryMigrations: readonly Migration[] = [
  { id: 'registry-001', sql: installations },
  { id: 'registry-002', sql: users },
  { id: 'registry-003', sql: ledger },
  { id: 'registry-004', sql: tallies },
  { id: 'registry-005', sql: ofRecipients },
  { id: 'registry-006', sql: unusualUsers },
  { id: 'registry-007', sql: overdue },
  { id: 'import-001', sql: imports },
  { id: 'registry-008', sql: usersAhead },
  { id: 'users-001', sql: belongings },
  { id: 'export-001', sql: exportJobs },
  { id: 'registry-activity-001', sql: activityTokens },
  { id: 'registry-009', sql: turnsOfTokens },
  { id: 'erasure-001', sql: erasures },
  { id: 'frequency-001', sql: frequencyMarks },
  { id: 'users-002', sql: engagements },
  { id: 'registry-010', sql: droppedMessages },
  { id: 'frequency-002', sql: withoutExpiryIndex },
];
