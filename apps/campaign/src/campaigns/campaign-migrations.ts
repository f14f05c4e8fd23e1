import type { Migration } from '#libs/storage';

export const campaignMigrations: readonly Migration[] = [
  {
    id: 'campaign-001',
    sql: `
      CREATE TABLE campaigns (
        app TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, document TEXT NOT NULL,
        PRIMARY KEY (app, id)
      ) STRICT;
    `,
  },
];
