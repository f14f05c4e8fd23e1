import type { Migration } from '#libs/storage';

export const providerStateMigrations: readonly Migration[] = [
  {
    id: 'sends-provider-states-001',
    sql: `
      CREATE TABLE provider_states (
        app TEXT NOT NULL, provider TEXT NOT NULL, process TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (app, provider, process)
      ) WITHOUT ROWID;
    `,
  },
];
