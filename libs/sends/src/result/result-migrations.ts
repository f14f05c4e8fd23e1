import type { Migration } from '#libs/storage';

/** Results of batches: what is summed stands in columns, covered by an index, so that sums never read the bodies. */
export const resultMigrations: readonly Migration[] = [
  {
    id: 'results-001',
    sql: `
      CREATE TABLE results (
        batch_id TEXT PRIMARY KEY, send_id TEXT NOT NULL, provider TEXT NOT NULL, revision INTEGER NOT NULL,
        settled INTEGER NOT NULL, accepted INTEGER NOT NULL, failed INTEGER NOT NULL, suppressed INTEGER NOT NULL, doubt INTEGER NOT NULL,
        outcomes TEXT NOT NULL, suppressed_by TEXT NOT NULL,
        confirmed_answers INTEGER NOT NULL, confirmed_invalid INTEGER NOT NULL, imported_answers INTEGER NOT NULL, imported_invalid INTEGER NOT NULL,
        pending INTEGER NOT NULL, updated_at INTEGER NOT NULL, due_at INTEGER, body TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX results_sums ON results (
        send_id, provider, settled, accepted, failed, suppressed, doubt, outcomes, suppressed_by,
        confirmed_answers, confirmed_invalid, imported_answers, imported_invalid, updated_at
      );
      CREATE INDEX results_due ON results (due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX results_pending ON results (provider) WHERE pending > 0;
    `,
  },
];
