import { resultCollections } from '#libs/sends';
import type { MongoCollection } from '#libs/storage';
import { receiptCollection } from './receipts/receipt-document.ts';

/** The collections that feedback alone writes. */
export const feedbackCollections: readonly MongoCollection[] = [...resultCollections, receiptCollection];
