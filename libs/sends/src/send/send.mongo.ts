import type { DomainEvent } from '#libs/events';
import { BoundedMap, StaleRevision } from '#libs/kernel';
import { type CollectionOutbox, type Outbox, type OutboxDocument, entryOf, outboxFields, outboxIndex } from '#libs/messaging';
import { type MongoStore, mongoCollection, setOrUnset } from '#libs/storage';
import type { Model } from 'mongoose';
import { type SendFilter, type SendPosition, SendReader, type SendRepository } from './send.store.ts';
import {
  FROZEN_CACHED,
  type FrozenSend,
  type Send,
  type SendCanary,
  type SendRamp,
  type SendState,
  type SendSums,
  frozenTextOf,
} from './send.ts';

/** A send in MongoDB. What it has no value for is not there. */
export interface SendDocument extends OutboxDocument, MutableSendFields {
  readonly app: string;
  readonly createdAt: number;
  readonly campaign?: string;
  readonly frozen: string;
}

export interface MutableSendFields {
  readonly revision: number;
  readonly state: SendState;
  readonly pausedFrom?: 'planning' | 'sending';
  readonly stateReason?: string;
  readonly stateSince: number;
  readonly finishedAt?: number;
  readonly forgottenAt?: number;
  /** When it ended, as long as it is not forgotten. */
  readonly keptSince?: number;
  /** When it was created, as long as it is not over. */
  readonly openSince?: number;
  readonly dueAt?: number;
  /** As JSON: reasons and outcomes are its keys. */
  readonly sums?: string;
  readonly canary?: SendCanary;
  readonly ramp?: SendRamp;
}

const mutableFields = {
  revision: Number,
  state: String,
  pausedFrom: String,
  stateReason: String,
  stateSince: Number,
  finishedAt: Number,
  forgottenAt: Number,
  keptSince: Number,
  openSince: Number,
  dueAt: Number,
  sums: String,
  canary: Object,
  ramp: Object,
};

export const sendCollection = mongoCollection<SendDocument>(
  'sends',
  { app: String, createdAt: Number, campaign: String, frozen: String, ...mutableFields, ...outboxFields },
  [
    { fields: { app: 1, createdAt: -1, _id: -1 } },
    { fields: { app: 1, state: 1, createdAt: -1, _id: -1 } },
    { fields: { app: 1, campaign: 1, createdAt: -1, _id: -1 } },
    { fields: { openSince: 1 }, sparse: true },
    { fields: { keptSince: 1 }, sparse: true },
    { fields: { dueAt: 1 }, sparse: true },
    outboxIndex,
  ],
);

/** The fields of MutableSendFields. */
const MUTABLE_SEND_FIELDS = Object.fromEntries(Object.keys(mutableFields).map((name) => [name, 1 as const]));

/** What a new send is stored as. */
export function sendDocumentOf(send: Send): SendDocument {
  const { id: _id, app, createdAt, campaign } = send;
  const fields = { app, createdAt, campaign, frozen: frozenTextOf(send), ...mutableFieldsOf(send) };
  return { _id, ...(setOrUnset(fields).$set as Omit<SendDocument, '_id'>) };
}

/** The update that stores what may change of a send. */
export function sendUpdateOf(send: Send) {
  return setOrUnset(mutableFieldsOf(send));
}

function sendFromDocument(document: MutableSendFields, frozen: FrozenSend): Send {
  return {
    ...frozen,
    revision: document.revision,
    state: document.state,
    pausedFrom: document.pausedFrom ?? null,
    stateReason: document.stateReason ?? null,
    stateSince: document.stateSince,
    finishedAt: document.finishedAt ?? null,
    ...(document.forgottenAt !== undefined && { forgottenAt: document.forgottenAt }),
    dueAt: document.dueAt ?? null,
    sums: document.sums === undefined ? null : (JSON.parse(document.sums) as SendSums),
    ...(document.canary && { canary: document.canary }),
    ...(document.ramp && { ramp: document.ramp }),
  };
}

function mutableFieldsOf(send: Send) {
  const {
    createdAt,
    revision,
    state,
    pausedFrom,
    stateReason,
    stateSince,
    finishedAt,
    forgottenAt = null,
    dueAt,
    sums,
    canary = null,
    ramp = null,
  } = send;
  return {
    revision,
    state,
    pausedFrom,
    stateReason,
    stateSince: stateSince ?? createdAt,
    finishedAt,
    forgottenAt,
    keptSince: forgottenAt === null ? finishedAt : null,
    openSince: finishedAt === null ? createdAt : null,
    dueAt,
    sums: sums && JSON.stringify(sums),
    canary,
    ramp,
  } satisfies Record<keyof MutableSendFields, unknown>;
}

type Mutable = MutableSendFields & Pick<SendDocument, '_id'>;

const frozenAtOnce = 100;

/** A read costs a few fields: the frozen part of a send, which may hold 10,000 ids, crosses the network once. */
export class MongoSendReader extends SendReader {
  readonly #frozen = new BoundedMap<FrozenSend>(FROZEN_CACHED);
  protected readonly documents: Model<SendDocument>;

  constructor(store: MongoStore) {
    super();
    this.documents = store.model(sendCollection);
  }

  async findById(app: string, id: string): Promise<Send | undefined> {
    const known = this.#frozen.get(id);
    const fields = known ? MUTABLE_SEND_FIELDS : { ...MUTABLE_SEND_FIELDS, frozen: 1 as const };
    const document = await this.documents.findOne({ _id: id, app }, fields).lean<SendDocument>();
    return document ? sendFromDocument(document, known ?? this.#remember(document)) : undefined;
  }

  async list(app: string, filter: SendFilter, limit: number, after?: SendPosition): Promise<readonly Send[]> {
    return this.find(sendFilterOf('_id', app, filter, after), newestFirst, limit);
  }

  protected async find(filter: Record<string, unknown>, order: Record<string, 1 | -1>, limit: number): Promise<Send[]> {
    const documents = await this.documents
      .find(filter, MUTABLE_SEND_FIELDS)
      .sort(order)
      .limit(limit)
      .batchSize(limit)
      .lean<SendDocument[]>();
    return this.read(documents);
  }

  /** The whole sends of documents that were read without what is frozen in them. */
  protected async read(documents: readonly Mutable[]): Promise<Send[]> {
    const sends: Send[] = [];
    for (let from = 0; from < documents.length; from += frozenAtOnce) {
      const some = documents.slice(from, from + frozenAtOnce);
      const frozen = await this.#frozenOf(some.map(({ _id }) => _id));
      for (const document of some) {
        const own = frozen.get(document._id);
        if (own) sends.push(sendFromDocument(document, own));
      }
    }
    return sends;
  }

  async #frozenOf(ids: readonly string[]): Promise<ReadonlyMap<string, FrozenSend>> {
    const found = new Map<string, FrozenSend>();
    const unknown: string[] = [];
    for (const id of ids) {
      const known = this.#frozen.get(id);
      if (known) found.set(id, known);
      else unknown.push(id);
    }
    if (unknown.length === 0) return found;
    const documents = await this.documents.find({ _id: { $in: unknown } }, { frozen: 1 }).lean();
    for (const document of documents) found.set(document._id, this.#remember(document));
    return found;
  }

  #remember({ _id, frozen: text }: Pick<SendDocument, '_id' | 'frozen'>): FrozenSend {
    const frozen = JSON.parse(text) as FrozenSend;
    this.#frozen.set(_id, frozen, text.length);
    return frozen;
  }
}

/** What a list of sends is asked for, over the fields `app`, `state`, `campaign` and `createdAt`, and the one that holds a send's id. */
export function sendFilterOf(id: '_id' | 'id', app: string, { states, campaign, since }: SendFilter, after?: SendPosition) {
  const createdAt = { ...(since !== undefined && { $gte: since }), ...(after && { $lte: after.createdAt }) };
  return {
    app,
    ...(states && { state: { $in: [...states] } }),
    ...(campaign !== undefined && { campaign }),
    ...(Object.keys(createdAt).length > 0 && { createdAt }),
    ...(after && { $or: [{ createdAt: { $lt: after.createdAt } }, { [id]: { $lt: after.id } }] }),
  };
}

const newestFirst = { createdAt: -1, _id: -1 } as const;

/** State and events are one document. What a full outbox cannot take is refused; a change that says nothing, such as a pause, always goes through. */
export class MongoSendRepository extends MongoSendReader implements SendRepository {
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super(store);
    this.#outbox = outbox.of(sendCollection);
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

  async findOpen(limit: number): Promise<readonly Send[]> {
    return this.find({ openSince: { $gte: 0 } }, { openSince: 1 }, limit);
  }

  async findDue(now: number, limit: number): Promise<readonly Send[]> {
    return this.find({ dueAt: { $lte: now } }, { dueAt: 1 }, limit);
  }

  async findForgettable(finishedBefore: number, limit: number): Promise<readonly Send[]> {
    return this.find({ keptSince: { $lt: finishedBefore } }, { keptSince: 1 }, limit);
  }
}
