// For feedback, which alone writes these documents, and for tests: an import rule says so (.dependency-cruiser.js).
export { ConversionRepository } from './conversion.store.ts';
export { MongoConversionRepository } from './conversion.mongo.ts';
export { SqliteConversionRepository } from './conversion.sqlite.ts';
