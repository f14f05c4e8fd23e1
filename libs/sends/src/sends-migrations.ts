import type { Migration } from '#libs/storage';

/** The tables of sends and their plans. Mutable columns stand before the frozen text, page headers before the entries, so that neither is read in vain. */
export const sendsMigrations: readonly Migration[] = [
  {
    id: 'sends-001',
    sql: `
      CREATE TABLE sends (
        id TEXT PRIMARY KEY, app TEXT NOT NULL, revision INTEGER NOT NULL, created_at INTEGER NOT NULL, campaign TEXT,
        state TEXT NOT NULL, paused_from TEXT, state_reason TEXT, state_since INTEGER NOT NULL, finished_at INTEGER, due_at INTEGER,
        sums TEXT, frozen TEXT NOT NULL
      ) STRICT;
      CREATE INDEX sends_by_app ON sends (app, created_at, id);
      CREATE INDEX sends_by_state ON sends (app, state, created_at, id);
      CREATE INDEX sends_by_campaign ON sends (app, campaign, created_at, id) WHERE campaign IS NOT NULL;
      CREATE INDEX sends_open ON sends (created_at) WHERE finished_at IS NULL;
      CREATE INDEX sends_due ON sends (due_at) WHERE due_at IS NOT NULL;

      CREATE TABLE send_targets (
        send_id TEXT NOT NULL, n INTEGER NOT NULL, last_key TEXT NOT NULL, recipients TEXT NOT NULL,
        PRIMARY KEY (send_id, n)
      ) STRICT;

      CREATE TABLE slices (
        send_id TEXT NOT NULL, slice INTEGER NOT NULL, app TEXT NOT NULL, revision INTEGER NOT NULL,
        after_key TEXT NOT NULL, through_key TEXT NOT NULL, planned INTEGER NOT NULL, handed_over INTEGER NOT NULL,
        waiting INTEGER NOT NULL, due_at INTEGER,
        PRIMARY KEY (send_id, slice)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX slices_due ON slices (due_at) WHERE due_at IS NOT NULL;

      CREATE TABLE pages (
        send_id TEXT NOT NULL, slice INTEGER NOT NULL, n INTEGER NOT NULL, app TEXT NOT NULL,
        after_key TEXT NOT NULL, through_key TEXT NOT NULL, last INTEGER NOT NULL, planned_at INTEGER NOT NULL,
        targeted INTEGER NOT NULL, targeted_so_far INTEGER NOT NULL, header TEXT NOT NULL, entries TEXT NOT NULL,
        PRIMARY KEY (send_id, slice, n)
      ) STRICT;
      CREATE INDEX pages_by_key ON pages (send_id, slice, through_key, n);
    `,
  },
  {
    id: 'sends-002',
    sql: `
      ALTER TABLE sends ADD COLUMN forgotten_at INTEGER;
      CREATE INDEX sends_forgettable ON sends (finished_at) WHERE finished_at IS NOT NULL AND forgotten_at IS NULL;
    `,
  },
  { id: 'sends-003', sql: 'ALTER TABLE sends ADD COLUMN canary TEXT;' },
  { id: 'sends-004', sql: 'ALTER TABLE sends ADD COLUMN ramp TEXT;' },
];
