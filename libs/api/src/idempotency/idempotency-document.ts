import { mongoCollection, type MongoCollection, type MongoDocument } from '#libs/storage';
import type { IdempotencyClaim } from './idempotency.repository.ts';

export interface IdempotencyDocument extends MongoDocument, Omit<IdempotencyClaim, 'id' | 'answer'> {
  /** As JSON: names in it may be none that a field can have. */
  readonly answer?: string;
}

export const idempotencyCollection = mongoCollection<IdempotencyDocument>(
  'idempotency',
  { bodyHash: String, seed: String, expiresAt: Number, answer: String },
  [{ fields: { expiresAt: 1 } }],
);

export const idempotencyCollections: readonly MongoCollection[] = [idempotencyCollection];
