import type { MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { receiptCollection, type ReceiptDocument } from './receipt-document.ts';
import { ReceiptReader } from './receipt-reader.ts';
import { NO_RECEIPTS, type Receipt, type ReceiptCounts, type ReceiptKind } from './receipt.ts';

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
  readonly #documents: Model<ReceiptDocument>;
  readonly #counted = new Map<string, Counted>();

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(receiptCollection);
  }

  countsOf(app: string, sendId: string): Promise<ReceiptCounts> {
    const key = `${app}:${sendId}`;
    const known = this.#counted.get(key);
    if (known && performance.now() < known.goodUntil) return known.counts;
    const since = performance.now();
    const counts = this.#count(app, sendId);
    this.#remember(key, { counts, goodUntil: Infinity }); // whoever asks meanwhile waits for the same count
    counts.then(
      () => {
        const now = performance.now();
        this.#remember(key, { counts, goodUntil: now + (now - since > maxUnnoticedMs ? holdsFor * (now - since) : 0) });
      },
      () => this.#counted.delete(key),
    );
    return counts;
  }

  async ofInstallations(app: string, sendId: string, installationIds: readonly string[]): Promise<ReadonlyMap<string, readonly Said[]>> {
    const documents = await this.#documents
      .find({ sendId, app, installationId: { $in: installationIds } }, { _id: 0, installationId: 1, kind: 1, at: 1 })
      .sort({ at: 1 })
      .lean();
    const said = Map.groupBy(documents, ({ installationId }) => installationId);
    return new Map([...said].map(([id, receipts]) => [id, receipts.map(({ kind, at }) => ({ kind, at }))]));
  }

  async #count(app: string, sendId: string): Promise<ReceiptCounts> {
    const groups = await this.#documents.aggregate<{ _id: ReceiptKind; messages: number }>([
      { $match: { sendId, app } },
      { $group: { _id: '$kind', messages: { $sum: 1 } } },
    ]);
    return { ...NO_RECEIPTS, ...Object.fromEntries(groups.map(({ _id, messages }) => [_id, messages])) };
  }

  #remember(key: string, counted: Counted): void {
    this.#counted.delete(key);
    this.#counted.set(key, counted);
    const [oldest] = this.#counted.keys();
    if (this.#counted.size > maxKept && oldest !== undefined) this.#counted.delete(oldest);
  }
}
