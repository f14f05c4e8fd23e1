import { StaleRevision } from '#libs/kernel';
import { outboxFields, outboxIndex, type CollectionOutbox, type Outbox, type OutboxDocument } from '#libs/messaging';
import { mongoCollection, setOrUnset, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { auditEntry, auditLinesTo } from '../audit/audit-document.ts';
import type { AuditLine } from '../audit/audit-line.ts';
import { HaltRepository, MAX_HALTS, haltIdOf } from './halt.repository.ts';
import type { Halt, HaltedPart } from './halt.ts';

/** `inForce` is there only while it is true, so that its sparse index holds nothing else. */
interface HaltDocument extends OutboxDocument, Halt {
  readonly inForce?: true;
}

export const haltCollection = mongoCollection<HaltDocument>(
  'halts',
  {
    ...{ app: String, provider: String, revision: Number, isOn: Boolean, since: Number, by: String, reason: String, inForce: Boolean },
    ...outboxFields,
  },
  [{ fields: { inForce: 1 }, sparse: true }, outboxIndex],
);

const onlyHalt = { _id: 0, outbox: 0, outboxSince: 0, inForce: 0 } as const;

/** The audit line is stored with the halt, as credentials' are. */
export class MongoHaltRepository extends HaltRepository {
  readonly #documents: Model<HaltDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#documents = store.model(haltCollection);
    this.#outbox = outbox.of(haltCollection, auditLinesTo(store));
  }

  async find(part: HaltedPart): Promise<Halt | undefined> {
    return (await this.#documents.findOne({ _id: haltIdOf(part) }, onlyHalt).lean()) ?? undefined;
  }

  async inForce(): Promise<readonly Halt[]> {
    return this.#documents.find({ inForce: true }, onlyHalt).limit(MAX_HALTS).lean();
  }

  async save(halt: Halt, audit: AuditLine): Promise<void> {
    const _id = haltIdOf(halt);
    const update = setOrUnset({ ...halt, inForce: halt.isOn ? true : null });
    const entries = [auditEntry(audit)];
    const isStored =
      halt.revision === 1
        ? await this.#outbox.insert({ _id, ...update.$set }, entries)
        : await this.#outbox.update({ _id, revision: halt.revision - 1 }, update, entries);
    if (!isStored) throw new StaleRevision(`the halt of ${_id}`);
  }
}
