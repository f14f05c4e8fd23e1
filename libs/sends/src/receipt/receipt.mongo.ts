import { BoundedMap, messageId as messageIdOf } from '#libs/kernel';
import { type CollectionOutbox, type Outbox, type OutboxDocument, entryOf, outboxFields, outboxIndex } from '#libs/messaging';
import { type MongoCollection, type MongoStore, deleteSome, mongoCollection } from '#libs/storage';
import type { Model } from 'mongoose';
import { receiptEvent } from './receipt-events.ts';
import { ReceiptReader, type ReceiptRepository } from './receipt.store.ts';
import { countsOfWords, kindOfWord, wordOf, type Receipt, type ReceiptCounts, type Said } from './receipt.ts';

/** Its id is `app:messageId:kind`, where `kind` holds the action, too, and alone may hold colons. */
export interface ReceiptDocument extends OutboxDocument, Pick<Receipt, 'app' | 'messageId' | 'at' | 'takenAt'> {
  readonly kind: string;
  readonly installationId?: string;
  readonly sendId?: string;
}

export const receiptCollection = mongoCollection<ReceiptDocument>(
  'receipts',
  { app: String, installationId: String, messageId: String, sendId: String, kind: String, at: Number, takenAt: Number, ...outboxFields },
  // With the kind an index alone tells the counts of a send.
  [{ fields: { takenAt: 1 } }, { fields: { sendId: 1, app: 1, messageId: 1, kind: 1 } }, outboxIndex],
);

export const receiptCollections: readonly MongoCollection[] = [receiptCollection];

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
    const owners = new Map(installationIds.map((id) => [messageIdOf(sendId, id), id]));
    const documents = await this.documents
      .find({ sendId, app, messageId: { $in: [...owners.keys()] } }, { _id: 0, messageId: 1, kind: 1, at: 1, takenAt: 1 })
      .sort({ at: 1 })
      .lean<(Omit<ReceiptDocument, 'takenAt'> & { readonly takenAt?: number })[]>(); // an earlier version knew no `takenAt`
    const said = Map.groupBy(documents, ({ messageId }) => owners.get(messageId) ?? '');
    return new Map(
      [...said].map(([id, receipts]) => [id, receipts.map(({ kind, at, takenAt = at }) => ({ ...kindOfWord(kind), at, takenAt }))]),
    );
  }

  async #count(app: string, sendId: string): Promise<ReceiptCounts> {
    const groups = await this.documents.aggregate<{ _id: string; messages: number }>([
      { $match: { sendId, app } },
      { $group: { _id: '$kind', messages: { $sum: 1 } } },
    ]);
    return countsOfWords(groups.map(({ _id, messages }) => [_id, messages]));
  }
}

/** A receipt that was stored without an answer reaching its writer counts as known when it is told again; its event is told by the outbox. */
export class MongoReceiptRepository extends MongoReceiptReader implements ReceiptRepository {
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super(store);
    this.#outbox = outbox.of(receiptCollection);
  }

  async add(receipts: readonly Receipt[]): Promise<readonly boolean[]> {
    return Promise.all(
      receipts.map((receipt) => {
        const { app, messageId, at, takenAt, installationId, sendId } = receipt;
        const kind = wordOf(receipt);
        const known = { ...(installationId !== null && { installationId }), ...(sendId !== null && { sendId }) };
        const document: ReceiptDocument = { _id: `${app}:${messageId}:${kind}`, app, messageId, kind, at, takenAt, ...known };
        return this.#outbox.insert(document, [entryOf(receiptEvent(receipt))]);
      }),
    );
  }

  async ofMessage(app: string, messageId: string): Promise<readonly Receipt[]> {
    const ids = { $gte: `${app}:${messageId}:`, $lt: `${app}:${messageId};` };
    const documents = await this.documents.find({ _id: ids }, { _id: 0, outbox: 0, outboxSince: 0 }).sort({ at: 1 }).lean();
    return documents.map(({ kind, installationId = null, sendId = null, ...facts }) => ({
      ...facts,
      installationId,
      sendId,
      ...kindOfWord(kind),
    }));
  }

  /** What still has its event to tell stays until it has told it. */
  async dropOlder(before: number, limit: number): Promise<number> {
    const isOld = { $or: [{ takenAt: { $lt: before } }, { takenAt: null, at: { $lt: before } }] }; // an earlier version knew no `takenAt`
    return deleteSome(this.documents, { ...isOld, outboxSince: { $exists: false } }, limit);
  }
}
