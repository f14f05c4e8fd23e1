// For campaign, which alone writes these documents, and for tests: an import rule says so (.dependency-cruiser.js).
export { SliceRepository } from './slice.store.ts';
export { MongoSliceRepository } from './slice.mongo.ts';
export { SqliteSliceRepository } from './slice.sqlite.ts';
