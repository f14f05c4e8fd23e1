export { SqliteStore, type SqliteOptions } from './sqlite-store.ts';
export type { Migration } from './migration.ts';
export { isUniqueClash } from './storage-failure.ts';
export { DataFolder } from './data-folder.ts';
export { mongoCollection, type MongoCollection, type MongoDocument } from './mongo/mongo-collection.ts';
export { isDuplicateKey, wereAllThere } from './mongo/mongo-failure.ts';
export { setOrUnset } from './mongo/set-or-unset.ts';
export { MongoStore, type MongoOptions } from './mongo/mongo-store.ts';
export { testMongoStore, testMongoStores } from './mongo/test-mongo-store.ts';
