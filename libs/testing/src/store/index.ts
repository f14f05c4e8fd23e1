export { indexesIn, testMongoStore, testMongoStores } from './test-mongo-store.ts';
export { QueryNotes, type MongoQuery } from './query-notes.ts';
