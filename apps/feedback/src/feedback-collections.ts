import { receiptCollections, resultCollections } from '#libs/sends';
import type { MongoCollection } from '#libs/storage';

/** The collections that feedback alone writes. */
export const feedbackCollections: readonly MongoCollection[] = [...resultCollections, ...receiptCollections];
