// For feedback, which alone writes these documents, and for tests: an import rule says so (.dependency-cruiser.js).
export { ResultRepository } from './result.store.ts';
export { MongoResultRepository } from './result.mongo.ts';
export { SqliteResultRepository } from './result.sqlite.ts';
