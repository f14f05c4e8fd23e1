import type { Migration } from '#libs/storage';

/**
 * The table of attempts. What is asked for across attempts stands in columns before the body; the partial indexes hold only what is
 * open, so they stay small however many attempts are kept. `sweep_at` belongs to the sweep alone: it says when to look at the attempt
 * (again), while `due_at` inside the attempt says when it may go on.
 */
export const attemptMigrations: readonly Migration[] = [
  {
    id: 'sends-attempts-001',
    sql: `
      CREATE TABLE attempts (
        id TEXT PRIMARY KEY, app TEXT NOT NULL, send_id TEXT NOT NULL, provider TEXT NOT NULL, lane TEXT NOT NULL, state TEXT NOT NULL,
        epoch INTEGER NOT NULL, revision INTEGER NOT NULL, lease_until INTEGER NOT NULL, sweep_at INTEGER, parked_for TEXT,
        window_open INTEGER NOT NULL, created_at INTEGER NOT NULL, body TEXT NOT NULL
      );
      CREATE INDEX attempts_due ON attempts (sweep_at) WHERE sweep_at IS NOT NULL;
      CREATE INDEX attempts_waiting ON attempts (send_id, sweep_at) WHERE sweep_at IS NOT NULL;
      CREATE INDEX attempts_open ON attempts (send_id) WHERE window_open = 1;
      CREATE INDEX attempts_parked ON attempts (app, provider) WHERE state = 'parked';
    `,
  },
];
