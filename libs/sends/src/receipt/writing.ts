// For feedback, which alone writes these documents, and for tests: an import rule says so (.dependency-cruiser.js).
export { ReceiptRepository } from './receipt.store.ts';
export { receiptEvent, receiptsEvents } from './receipt-events.ts';
export { MongoReceiptRepository } from './receipt.mongo.ts';
export { SqliteReceiptRepository } from './receipt.sqlite.ts';
