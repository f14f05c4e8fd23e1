import { BoundedMap } from '#libs/kernel';
import type { DomainEvent } from '#libs/events';
import { type CollectionOutbox, type Outbox, type OutboxDocument, entryOf, outboxFields, outboxIndex } from '#libs/messaging';
import { type MongoCollection, type MongoStore, deleteSome, mongoCollection } from '#libs/storage';
import type { Model } from 'mongoose';
import { ReceiptReader, type ReceiptRepository } from './receipt.store.ts';
import { NO_RECEIPTS, RECEIPT_KINDS, type Receipt, type ReceiptCounts, type ReceiptKind } from './receipt.ts';

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

function receiptIdOf({ app, messageId, kind, installationId }: Pick<Receipt, 'app' | 'messageId' | 'kind' | 'installationId'>): string {
  return `${app}:${messageId}:${kind}:${installationId}`;
}

type Said = Pick<Receipt, 'kind' | 'at'>;

interface Counted {
  readonly counts: Promise<ReceiptCounts>;
  readonly goodUntil: number;
}

/** A count holds for this many times as long as it took: it never costs more than a twentieth of the database's time, however many receipts there are. */
const holdsFor = 20;
const maxKept = 100;
/** A count this quick is simply taken again. */
const maxUnnoticedMs = 50;

/** Counts are taken from an index. */
export class MongoReceiptReader extends ReceiptReader {
  protected readonly documents: Model<ReceiptDocument>;
  readonly #counted = new BoundedMap<Counted>(maxKept);

  constructor(store: MongoStore) {
    super();
    this.documents = store.model(receiptCollection);
  }

  countsOf(app: string, sendId: string): Promise<ReceiptCounts> {
    const key = `${app}:${sendId}`;
    const known = this.#counted.get(key);
    if (known && performance.now() < known.goodUntil) return known.counts;
    const since = performance.now();
    const counts = this.#count(app, sendId);
    this.#counted.set(key, { counts, goodUntil: Infinity }); // whoever asks meanwhile waits for the same count
    counts.then(
      () => {
        const now = performance.now();
        this.#counted.set(key, { counts, goodUntil: now + (now - since > maxUnnoticedMs ? holdsFor * (now - since) : 0) });
      },
      () => {
        this.#counted.delete(key);
      },
    );
    return counts;
  }

  async ofInstallations(app: string, sendId: string, installationIds: readonly string[]): Promise<ReadonlyMap<string, readonly Said[]>> {
    const documents = await this.documents
      .find({ sendId, app, installationId: { $in: installationIds } }, { _id: 0, installationId: 1, kind: 1, at: 1 })
      .sort({ at: 1 })
      .lean();
    const said = Map.groupBy(documents, ({ installationId }) => installationId);
    return new Map([...said].map(([id, receipts]) => [id, receipts.map(({ kind, at }) => ({ kind, at }))]));
  }

  async #count(app: string, sendId: string): Promise<ReceiptCounts> {
    const groups = await this.documents.aggregate<{ _id: ReceiptKind; messages: number }>([
      { $match: { sendId, app } },
      { $group: { _id: '$kind', messages: { $sum: 1 } } },
    ]);
    return { ...NO_RECEIPTS, ...Object.fromEntries(groups.map(({ _id, messages }) => [_id, messages])) };
  }
}

/** A receipt that was stored without an answer reaching its writer counts as known when it is told again; its event is told by the outbox. */
export class MongoReceiptRepository extends MongoReceiptReader implements ReceiptRepository {
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super(store);
    this.#outbox = outbox.of(receiptCollection);
  }

  async add(receipt: Receipt, event: DomainEvent): Promise<boolean> {
    const { sendId, ...facts } = receipt;
    return this.#outbox.insert({ _id: receiptIdOf(receipt), ...facts, ...(sendId !== null && { sendId }) }, [entryOf(event)]);
  }

  async ofMessage(app: string, installationId: string, messageId: string): Promise<readonly Receipt[]> {
    const ids = RECEIPT_KINDS.map((kind) => receiptIdOf({ app, messageId, kind, installationId }));
    const documents = await this.documents
      .find({ _id: { $in: ids } }, { _id: 0, outbox: 0, outboxSince: 0 })
      .sort({ at: 1 })
      .lean();
    return documents.map((document) => ({ ...document, sendId: document.sendId ?? null }));
  }

  /** What still has its event to tell stays until it has told it. */
  async dropOlder(before: number, limit: number): Promise<number> {
    return deleteSome(this.documents, { at: { $lt: before }, outboxSince: { $exists: false } }, limit);
  }
}
