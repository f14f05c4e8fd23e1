import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection } from '#libs/storage';
import type { ApiKey } from './api-key.ts';

export interface ApiKeyDocument extends OutboxDocument, Omit<ApiKey, 'id' | 'hash'> {
  /** Gone once the key is removed: nothing finds it any more. */
  readonly hash?: string;
  /** It stays only until its audit line has left it. */
  readonly removed?: true;
}

export const apiKeyCollection = mongoCollection<ApiKeyDocument>(
  'api_keys',
  {
    ...{ app: String, kind: String, name: String, scopes: [String], hash: String, createdAt: Number, expiresAt: Number, removed: Boolean },
    ...outboxFields,
  },
  [
    { fields: { hash: 1 }, unique: true, sparse: true },
    { fields: { app: 1, _id: 1 } },
    { fields: { removed: 1 }, sparse: true },
    outboxIndex,
  ],
);
