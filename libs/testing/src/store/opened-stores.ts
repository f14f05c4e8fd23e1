import { ACTIVITY_TOPIC, contracts, type EventEnvelope } from '#libs/events';
import { Outbox, SqliteEventLog } from '#libs/messaging';
import { SqliteStore, type Migration, type MongoCollection } from '#libs/storage';
import { FixedClock } from '../fixed-clock.ts';
import { PublishedEvents } from '../published-events.ts';
import { testMongoStores } from './test-mongo-store.ts';

const facts: ReadonlySet<string> = new Set(contracts.flatMap(({ type, isFact }) => (isFact === true ? [type] : [])));

/** Every event in the log of an embedded store, those of one topic in order; of facts that are on `push.activity`, too, the one on their own topic. */
export function eventsIn(store: SqliteStore): readonly EventEnvelope[] {
  return store
    .sql('SELECT topic, value FROM log_records ORDER BY topic, partition, "offset"')
    .all()
    .map((row) => ({ topic: String(row['topic']), envelope: JSON.parse(String(row['value'])) as EventEnvelope }))
    .filter(({ topic, envelope }) => topic !== ACTIVITY_TOPIC || !facts.has(envelope.type))
    .map(({ envelope }) => envelope);
}

/** An empty embedded store with the tables of some migrations, for the suites of its adapters. */
export function openedSqlite(migrations: readonly Migration[]) {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(migrations);
  const clock = new FixedClock();
  return { store, clock, log: new SqliteEventLog(store, clock), published: async () => eventsIn(store) };
}

/** Opens empty stores in MongoDB with some collections, each beside a broker that remembers; called where a suite is described. */
export function openedMongo(uri: string, collections: readonly MongoCollection[]) {
  const openStore = testMongoStores(uri, collections);
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
