// For campaign, which alone writes these documents, and for tests: an import rule says so (.dependency-cruiser.js).
export { PageRepository } from './page.store.ts';
export { MongoPageRepository } from './page.mongo.ts';
export { SqlitePageRepository, insertPage } from './page.sqlite.ts';
