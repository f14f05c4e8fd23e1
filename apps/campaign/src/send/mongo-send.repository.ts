import type { DomainEvent } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import { entryOf, type CollectionOutbox, type Outbox } from '#libs/messaging';
import {
  MUTABLE_SEND_FIELDS,
  MongoSendReader,
  sendCollection,
  sendDocumentOf,
  sendUpdateOf,
  type Send,
  type SendDocument,
} from '#libs/sends';
import type { MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { SendRepository, type SendFilter, type SendPosition } from './send.repository.ts';

const newestFirst = { createdAt: -1, _id: -1 } as const;

/** State and events are one document. What a full outbox cannot take is refused; a change that says nothing, such as a pause, always goes through. */
export class MongoSendRepository extends SendRepository {
  readonly #reader: MongoSendReader;
  readonly #documents: Model<SendDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#reader = new MongoSendReader(store);
    this.#documents = store.model(sendCollection);
    this.#outbox = outbox.of(sendCollection);
  }

  async findById(app: string, id: string): Promise<Send | undefined> {
    return this.#reader.findById(app, id);
  }

  /** One that is there already may be this caller's own, whose answer was lost: its events lie in it, and the outbox's sweep sees to them. */
  async insert(send: Send, events: readonly DomainEvent[]): Promise<boolean> {
    return this.#outbox.insert(sendDocumentOf(send), events.map(entryOf));
  }

  async save(send: Send, events: readonly DomainEvent[]): Promise<void> {
    const { id: _id, revision } = send;
    const isStored = await this.#outbox.update({ _id, revision: revision - 1 }, sendUpdateOf(send), events.map(entryOf));
    if (!isStored) throw new StaleRevision(`send ${_id}`);
  }

  async list(app: string, { states, campaign, since }: SendFilter, limit: number, after?: SendPosition): Promise<readonly Send[]> {
    const createdAt = { ...(since !== undefined && { $gte: since }), ...(after && { $lte: after.createdAt }) };
    const filter = {
      app,
      ...(states && { state: { $in: states } }),
      ...(campaign !== undefined && { campaign }),
      ...(Object.keys(createdAt).length > 0 && { createdAt }),
      ...(after && { $or: [{ createdAt: { $lt: after.createdAt } }, { _id: { $lt: after.id } }] }),
    };
    return this.#find(filter, newestFirst, limit);
  }

  async findOpen(limit: number): Promise<readonly Send[]> {
    return this.#find({ openSince: { $gte: 0 } }, { openSince: 1 }, limit);
  }

  async findDue(now: number, limit: number): Promise<readonly Send[]> {
    return this.#find({ dueAt: { $lte: now } }, { dueAt: 1 }, limit);
  }

  async findForgettable(finishedBefore: number, limit: number): Promise<readonly Send[]> {
    return this.#find({ keptSince: { $lt: finishedBefore } }, { keptSince: 1 }, limit);
  }

  async #find(filter: Record<string, unknown>, order: Record<string, 1 | -1>, limit: number): Promise<Send[]> {
    const documents = await this.#documents
      .find(filter, MUTABLE_SEND_FIELDS)
      .sort(order)
      .limit(limit)
      .batchSize(limit)
      .lean<SendDocument[]>();
    return this.#reader.read(documents);
  }
}
