// For dispatcher, which alone writes these documents, and for tests: an import rule says so (.dependency-cruiser.js).
export { ProviderStateRepository } from './provider-state.store.ts';
export { MongoProviderStateRepository } from './provider-state.mongo.ts';
export { SqliteProviderStateRepository } from './provider-state.sqlite.ts';
