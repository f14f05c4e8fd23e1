import { outboxFields, outboxIndex, type OutboxDocument } from '#libs/messaging';
import { mongoCollection, type MongoCollection } from '#libs/storage';
import type { Receipt } from './receipt.ts';

/** Its id is `app:messageId:kind:installationId`; only the last part may hold colons. */
export interface ReceiptDocument extends OutboxDocument, Omit<Receipt, 'sendId'> {
  readonly sendId?: string;
}

export const receiptCollection = mongoCollection<ReceiptDocument>(
  'receipts',
  { app: String, installationId: String, messageId: String, sendId: String, kind: String, at: Number, ...outboxFields },
  // With the kind an index alone tells the counts of a send.
  [{ fields: { at: 1 } }, { fields: { sendId: 1, app: 1, installationId: 1, kind: 1 } }, outboxIndex],
);

export const receiptCollections: readonly MongoCollection[] = [receiptCollection];

export function receiptIdOf({
  app,
  messageId,
  kind,
  installationId,
}: Pick<Receipt, 'app' | 'messageId' | 'kind' | 'installationId'>): string {
  return `${app}:${messageId}:${kind}:${installationId}`;
}
