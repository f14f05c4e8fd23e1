export { indexesIn, testMongoStore, testMongoStores } from './test-mongo-store.ts';
export { QueryNotes, type MongoQuery } from './query-notes.ts';
export { eventsIn, openedMongo, openedSqlite } from './opened-stores.ts';
