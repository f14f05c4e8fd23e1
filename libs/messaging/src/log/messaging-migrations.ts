import type { Migration } from '#libs/storage';

/** The tables of the embedded log and its dead letters. */
export const messagingMigrations: readonly Migration[] = [
  {
    id: 'messaging-001',
    sql: `
      CREATE TABLE log_topics (topic TEXT PRIMARY KEY, partitions INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE log_records (
        topic TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL,
        key TEXT NOT NULL, at INTEGER NOT NULL, value TEXT NOT NULL, headers TEXT,
        PRIMARY KEY (topic, partition, "offset")
      ) WITHOUT ROWID;
      CREATE TABLE log_starts (
        topic TEXT NOT NULL, partition INTEGER NOT NULL, start INTEGER NOT NULL,
        PRIMARY KEY (topic, partition)
      ) WITHOUT ROWID;
      CREATE TABLE log_groups (
        topic TEXT NOT NULL, grp TEXT NOT NULL, seen_at INTEGER NOT NULL,
        PRIMARY KEY (topic, grp)
      ) WITHOUT ROWID;
      CREATE TABLE log_progress (
        topic TEXT NOT NULL, grp TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, details TEXT NOT NULL,
        PRIMARY KEY (topic, grp, partition)
      ) WITHOUT ROWID;
      CREATE TABLE dead_letters (
        id TEXT PRIMARY KEY, grp TEXT NOT NULL, service TEXT NOT NULL,
        topic TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL,
        key TEXT NOT NULL, type TEXT, app TEXT, code TEXT NOT NULL, reason TEXT NOT NULL, tries INTEGER NOT NULL,
        at INTEGER NOT NULL, original TEXT NOT NULL, truncated INTEGER NOT NULL, headers TEXT NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX dead_letters_by_time ON dead_letters (at DESC, id DESC);
      CREATE INDEX dead_letters_by_app ON dead_letters (app, at DESC, id DESC);
      CREATE INDEX dead_letters_by_place ON dead_letters (service, topic, code);
    `,
  },
  {
    id: 'messaging-002',
    sql: `
      CREATE TABLE replay_passes (id TEXT PRIMARY KEY, grp TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE INDEX replay_passes_by_time ON replay_passes (at);
    `,
  },
  {
    // Facts are read by app: a key on this topic begins with it.
    id: 'messaging-003',
    sql: `
      CREATE INDEX log_facts_by_app ON log_records (substr(key, 1, instr(key || ':', ':') - 1), partition, "offset") WHERE topic = 'push.activity';
    `,
  },
  {
    // Records stand in the order in which they were appended, whatever their partition: a commit fills the last page instead of opening one in each partition,
    // and what is large is in no page that a look-up passes.
    id: 'messaging-004',
    sql: `
      CREATE TABLE log_appended (
        seq INTEGER PRIMARY KEY, topic TEXT NOT NULL, partition INTEGER NOT NULL, "offset" INTEGER NOT NULL,
        key TEXT NOT NULL, at INTEGER NOT NULL, value TEXT NOT NULL, headers TEXT
      );
      INSERT INTO log_appended (topic, partition, "offset", key, at, value, headers)
        SELECT topic, partition, "offset", key, at, value, headers FROM log_records;
      DROP TABLE log_records;
      ALTER TABLE log_appended RENAME TO log_records;
      CREATE UNIQUE INDEX log_records_by_place ON log_records (topic, partition, "offset");
      CREATE INDEX log_facts_by_app ON log_records (substr(key, 1, instr(key || ':', ':') - 1), partition, "offset") WHERE topic = 'push.activity';
    `,
  },
];
