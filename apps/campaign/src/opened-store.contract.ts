import type { DomainEvent } from '#libs/events';
import { SqliteEventLog } from '#libs/messaging';
import { sendsMigrations } from '#libs/sends';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { campaignMigrations } from './campaigns/campaign-migrations.ts';

/** An empty embedded store with the tables of campaign, for the suites of its adapters. */
export function openStore() {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate([...sendsMigrations, ...campaignMigrations]);
  const clock = new FixedClock();
  const published = async () =>
    store
      .sql('SELECT value FROM log_records ORDER BY topic, partition, "offset"')
      .all()
      .map((row) => JSON.parse(String(row['value'])) as DomainEvent['envelope']);
  return { store, clock, log: new SqliteEventLog(store, clock), published };
}
