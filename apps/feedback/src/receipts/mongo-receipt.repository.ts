import type { DomainEvent } from '#libs/events';
import { entryOf, type CollectionOutbox, type Outbox } from '#libs/messaging';
import { RECEIPT_KINDS, receiptCollection, receiptIdOf, type Receipt, type ReceiptDocument } from '#libs/sends';
import { deleteSome, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { ReceiptRepository } from './receipt.repository.ts';

/** A receipt that was stored without an answer reaching its writer counts as known when it is told again; its event is told by the outbox. */
export class MongoReceiptRepository extends ReceiptRepository {
  readonly #documents: Model<ReceiptDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#documents = store.model(receiptCollection);
    this.#outbox = outbox.of(receiptCollection);
  }

  async add(receipt: Receipt, event: DomainEvent): Promise<boolean> {
    const { sendId, ...facts } = receipt;
    return this.#outbox.insert({ _id: receiptIdOf(receipt), ...facts, ...(sendId !== null && { sendId }) }, [entryOf(event)]);
  }

  async ofMessage(app: string, installationId: string, messageId: string): Promise<readonly Receipt[]> {
    const ids = RECEIPT_KINDS.map((kind) => receiptIdOf({ app, messageId, kind, installationId }));
    const documents = await this.#documents
      .find({ _id: { $in: ids } }, { _id: 0, outbox: 0, outboxSince: 0 })
      .sort({ at: 1 })
      .lean();
    return documents.map((document) => ({ ...document, sendId: document.sendId ?? null }));
  }

  /** What still has its event to tell stays until it has told it. */
  async dropOlder(before: number, limit: number): Promise<number> {
    return deleteSome(this.#documents, { at: { $lt: before }, outboxSince: { $exists: false } }, limit);
  }
}
