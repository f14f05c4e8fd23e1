import type { DomainEvent } from '#libs/events';
import { Outbox, SqliteEventLog } from '#libs/messaging';
import { sendsCollections, sendsMigrations } from '#libs/sends';
import { SqliteStore } from '#libs/storage';
import { testMongoStores } from '#libs/testing/store';
import { FixedClock, PublishedEvents } from '#libs/testing';
import { campaignCollection } from './mongo-adapters.ts';
import { documentMigrations } from './sqlite-adapters.ts';
import { scheduledSendCollections } from './send/mongo-scheduled-sends.ts';
import { scheduledSendMigrations } from './send/sqlite-scheduled-sends.ts';

/** An empty embedded store with the tables of campaign, for the suites of its adapters. */
export function openStore() {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate([...sendsMigrations, ...documentMigrations, ...scheduledSendMigrations]);
  const clock = new FixedClock();
  const published = async () =>
    store
      .sql('SELECT value FROM log_records ORDER BY topic, partition, "offset"')
      .all()
      .map((row) => JSON.parse(String(row['value'])) as DomainEvent['envelope']);
  return { store, clock, log: new SqliteEventLog(store, clock), published };
}

/** Opens empty stores in MongoDB with the collections of campaign, each beside a broker that remembers; called where a suite is described. */
export function mongoStores(uri: string) {
  const openStore = testMongoStores(uri, [...sendsCollections, campaignCollection, ...scheduledSendCollections]);
  return async () => {
    const store = await openStore();
    const clock = new FixedClock();
    const broker = new PublishedEvents();
    const outbox = new Outbox(store, broker, clock);
    const published = async () => {
      await outbox.settled();
      return broker.all.map(({ envelope }) => envelope);
    };
    return { store, clock, broker, outbox, published };
  };
}
