import type { DomainEvent } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import { type MongoDocument, type MongoStore, mongoCollection, setOrUnset, wereAllThere } from '#libs/storage';
import type { Model } from 'mongoose';
import { SliceRepository } from './slice.store.ts';
import type { Slice } from './slice.ts';

/** A slice in MongoDB, without the instant that it does not wait for. */
export interface SliceDocument extends MongoDocument, Omit<Slice, 'id' | 'dueAt'> {
  readonly dueAt?: number;
}

export const sliceCollection = mongoCollection<SliceDocument>(
  'slices',
  {
    ...{ app: String, sendId: String, slice: Number, revision: Number, after: String, through: String },
    ...{ planned: Boolean, handedOver: Number, waiting: Boolean, dueAt: Number },
  },
  [{ fields: { sendId: 1, slice: 1 } }, { fields: { dueAt: 1 }, sparse: true }],
);

function sliceDocumentOf({ id: _id, dueAt, ...slice }: Slice): SliceDocument {
  return { _id, ...slice, ...(dueAt !== null && { dueAt }) };
}

function sliceFromDocument({ _id: id, dueAt, ...slice }: SliceDocument): Slice {
  return { id, ...slice, dueAt: dueAt ?? null };
}

const maxOfOneSend = 256;

/**
 * Events of slices are wake-ups, and follow their write without an outbox: a slice that still waits for something has a `dueAt`, and the sweep says again
 * what a crash in between or an absent broker has swallowed. A broker that is away fails the call, so that planners and sweeps pause with it.
 */
export class MongoSliceRepository extends SliceRepository {
  readonly #documents: Model<SliceDocument>;

  constructor(
    store: MongoStore,
    private readonly publisher: EventPublisher,
  ) {
    super();
    this.#documents = store.model(sliceCollection);
  }

  async open(slices: readonly Slice[]): Promise<void> {
    try {
      await this.#documents.insertMany(slices.map(sliceDocumentOf), { ordered: false });
    } catch (error) {
      if (!wereAllThere(error)) throw error;
    }
  }

  async findOne(sendId: string, slice: number): Promise<Slice | undefined> {
    const document = await this.#documents.findOne({ _id: `${sendId}:${slice}` }).lean();
    return document ? sliceFromDocument(document) : undefined;
  }

  async ofSend(sendId: string): Promise<readonly Slice[]> {
    return this.#find({ sendId }, { slice: 1 }, maxOfOneSend);
  }

  async save({ id: _id, revision, planned, handedOver, waiting, dueAt }: Slice, events: readonly DomainEvent[]): Promise<void> {
    const update = setOrUnset({ revision, planned, handedOver, waiting, dueAt });
    const { matchedCount } = await this.#documents.updateOne({ _id, revision: revision - 1 }, update);
    if (matchedCount === 0) throw new StaleRevision(`slice ${_id}`);
    if (events.length > 0) await this.publisher.publish(events);
  }

  async findDue(now: number, limit: number): Promise<readonly Slice[]> {
    return this.#find({ dueAt: { $lte: now } }, { dueAt: 1 }, limit);
  }

  async dropOfSend(sendId: string): Promise<void> {
    await this.#documents.deleteMany({ sendId });
  }

  async #find(filter: Record<string, unknown>, order: Record<string, 1>, limit: number): Promise<Slice[]> {
    const documents = await this.#documents.find(filter).sort(order).limit(limit).batchSize(limit).lean<SliceDocument[]>();
    return documents.map(sliceFromDocument);
  }
}
