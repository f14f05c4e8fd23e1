import type { Clock } from '#libs/kernel';
import { wasNew, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import type { RecordAppender } from '../record-appender.ts';
import {
  deadLetterCollection,
  letterDocumentOf,
  letterFromDocument,
  replayPassCollection,
  type DeadLetterDocument,
  type ReplayPassDocument,
} from './dead-letter-document.ts';
import { PASS_KEPT_MS, deadRecordOf, digestOf, replayOf, type DeadLetter } from './dead-letter.ts';
import { DeadLetterTruncated, DeadLetters, type DeadLetterCount, type DeadLetterFilter, type DeadLetterPage } from './dead-letters.ts';
import { cursorFrom } from './letter-cursor.ts';
import { cutPage, pageSize } from './letter-page.ts';

const newestFirst = { at: -1, _id: -1 } as const;
const copiedAtOnce = 4;
const repairAfterMs = 2_000;
const maxCounts = 10_000;

/**
 * Letters and topics are two stores, so each step leaves something that says what is missing: a letter is stored with the debt of its copy, which the
 * next `add` of it or the sweep pays; a replay is appended, after the pass that it carries, before its letter goes. A crash in between repeats a copy or a replay, and loses neither.
 */
export class MongoDeadLetters extends DeadLetters {
  readonly #documents: Model<DeadLetterDocument>;
  readonly #passes: Model<ReplayPassDocument>;

  constructor(
    store: MongoStore,
    private readonly appender: RecordAppender,
    private readonly clock: Clock,
  ) {
    super();
    this.#documents = store.model(deadLetterCollection);
    this.#passes = store.model(replayPassCollection);
  }

  async add(letter: DeadLetter): Promise<void> {
    if (await this.#insert(letter)) return this.#copy([letter]);
    const indebted = await this.#documents.findOne({ _id: letter.id, copyDue: { $exists: true } }).lean();
    if (indebted) await this.#copy([letterFromDocument(indebted)]);
  }

  async list(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<DeadLetterPage> {
    const found = await this.#documents
      .find(conditionOf(filter, cursor), { at: 1, bytes: 1 })
      .sort(newestFirst)
      .limit(pageSize(limit) + 1)
      .lean();
    const page = cutPage(
      found.map(({ _id: id, at, bytes }) => ({ id, at, bytes })),
      limit,
    );
    const letters = await this.#documents
      .find({ _id: { $in: page.ids } })
      .sort(newestFirst)
      .lean();
    return { items: letters.map(letterFromDocument), cursor: page.cursor };
  }

  async findById(id: string): Promise<DeadLetter | undefined> {
    const document = await this.#documents.findOne({ _id: id }).lean();
    return document ? letterFromDocument(document) : undefined;
  }

  async replay(id: string): Promise<boolean> {
    const letter = await this.findById(id);
    if (!letter) return false;
    if (letter.truncated) throw new DeadLetterTruncated(id);
    const { pass, record } = replayOf(letter, this.clock.now());
    await this.#passes.insertMany([{ _id: pass.id, group: pass.group, digest: pass.digest, at: pass.at }], { lean: true });
    await this.appender.appendRecords([record]);
    await this.delete(id);
    return true;
  }

  async replayedFor(pass: string, value: string): Promise<string | undefined> {
    return (await this.#passes.findOne({ _id: pass, digest: digestOf(value) }).lean())?.group;
  }

  async delete(id: string): Promise<boolean> {
    return (await this.#documents.deleteOne({ _id: id })).deletedCount > 0;
  }

  async counts(): Promise<readonly DeadLetterCount[]> {
    const groups = await this.#documents.aggregate<{ _id: Omit<DeadLetterCount, 'letters'>; letters: number }>([
      { $sort: { service: 1, topic: 1, code: 1 } },
      { $group: { _id: { service: '$service', topic: '$topic', code: '$code' }, letters: { $sum: 1 } } },
      { $limit: maxCounts },
    ]);
    return groups.map(({ _id, letters }) => ({ ..._id, letters }));
  }

  /** Puts copies that a crash or an absent broker left out on their topics; answers how many. Throws DependencyUnavailable. */
  async sweep(): Promise<number> {
    await this.#passes.deleteMany({ at: { $lt: this.clock.now() - PASS_KEPT_MS } });
    let copied = 0;
    for (;;) {
      const late = { copyDue: { $lte: this.clock.now() - repairAfterMs } };
      const found = await this.#documents.find(late).sort({ copyDue: 1 }).limit(copiedAtOnce).lean();
      if (found.length > 0) await this.#copy(found.map(letterFromDocument));
      copied += found.length;
      if (found.length < copiedAtOnce) return copied;
    }
  }

  async #insert(letter: DeadLetter): Promise<boolean> {
    return wasNew(this.#documents.insertMany([letterDocumentOf(letter, this.clock.now())], { lean: true }));
  }

  async #copy(letters: readonly DeadLetter[]): Promise<void> {
    await this.appender.appendRecords(letters.map(deadRecordOf));
    await this.#documents.updateMany({ _id: { $in: letters.map(({ id }) => id) } }, { $unset: { copyDue: 1 } });
  }
}

function conditionOf({ since, before, ...equal }: DeadLetterFilter, cursor: string | undefined) {
  const behind = cursor === undefined ? undefined : cursorFrom(cursor);
  const at = { ...(since !== undefined && { $gte: since }), ...(before !== undefined && { $lt: before }) };
  return {
    ...equal,
    ...(Object.keys(at).length > 0 && { at }),
    ...(behind && { $and: [{ at: { $lte: behind.at } }, { $or: [{ at: { $lt: behind.at } }, { _id: { $lt: behind.id } }] }] }),
  };
}
