// For dispatcher, which alone writes these documents, and for tests: an import rule says so (.dependency-cruiser.js).
export * from './attempt-rules.ts';
export * from './record-answers.ts';
export { placeOfAttempt } from './attempt.ts';
export { AttemptRepository } from './attempt.store.ts';
export { MongoAttemptRepository } from './attempt.mongo.ts';
export { SqliteAttemptRepository } from './attempt.sqlite.ts';
