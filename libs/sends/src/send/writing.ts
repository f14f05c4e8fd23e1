// For campaign, which alone writes these documents, and for tests: an import rule says so (.dependency-cruiser.js).
export { SendRepository, type SendFilter, type SendPosition } from './send.store.ts';
export { MongoSendRepository, sendFilterOf } from './send.mongo.ts';
export { SqliteSendRepository, insertSend, sendConditions, updateSend } from './send.sqlite.ts';
