import type { DomainEvent } from '#libs/events';
import { crashPoint, type Clock } from '#libs/kernel';
import { wasNew } from '#libs/storage';
import type { Model, UpdateQuery } from 'mongoose';
import type { EventPublisher } from '../event-publisher.ts';
import { EventsStalled } from '../messaging-errors.ts';
import { eventFrom, type OutboxDocument, type OutboxEntry } from './outbox-entry.ts';

/** Entries that a document may carry; whoever would add to a full one is told to come back. */
const OUTBOX_ENTRIES = 200;
const documentsInHand = 1_000;
const pauseMs = 1_000;
const repairAfterMs = 2_000;
const sweepStep = 200;

/** Stores lines of other collections, each at most once by its id. */
export type WriteLines = (lines: readonly Readonly<Record<string, unknown>>[]) => Promise<void>;

interface Told {
  readonly _id: string;
  readonly ids: readonly string[];
}

/**
 * The outbox inside the documents of one collection (correctness, Outbox): what a write causes is stored with it in one write, leaves right after it, and
 * is taken out when it has left. What a crash or an absent broker leaves behind is found by the sweep. Whoever publishes, publishes a document's whole
 * list from its head, so that first occurrences stay in order and only repeats come late.
 */
export class CollectionOutbox {
  /** What is on its way, and from which document. */
  readonly #leaving = new Map<Promise<void>, string>();
  #told: Told[] = [];
  #clearing: Promise<void> | undefined;
  #pausedUntil = 0;

  constructor(
    private readonly model: Model<OutboxDocument>,
    private readonly publisher: EventPublisher,
    private readonly clock: Clock,
    private readonly writeLines: WriteLines | undefined,
  ) {}

  /** Inserts a document with what that causes, and delivers it; false where its id is there already. */
  async insert(document: OutboxDocument, entries: readonly OutboxEntry[]): Promise<boolean> {
    const whole = { ...document, ...this.fields(entries) };
    if (!(await wasNew(this.model.insertMany([whole], { lean: true })))) return false;
    await this.deliver(whole);
    return true;
  }

  /**
   * Updates the document that a condition finds, with what that causes, and delivers it; false where it finds none. Throws EventsStalled where the
   * document is full; an update that causes nothing goes through even then.
   */
  async update(
    condition: { readonly _id: string; readonly [field: string]: unknown },
    update: UpdateQuery<OutboxDocument>,
    entries: readonly OutboxEntry[],
  ): Promise<boolean> {
    if (entries.length === 0) return (await this.model.updateOne(condition, update)).matchedCount > 0;
    const written = await this.model
      .findOneAndUpdate(
        { ...condition, ...this.room },
        { ...update, ...this.additions(entries) },
        { returnDocument: 'after', projection: { outbox: 1 } },
      )
      .lean();
    if (written) await this.deliver(written);
    else await this.refuseIfFull(condition._id);
    return written !== null;
  }

  /** What a document is inserted with. */
  fields(entries: readonly OutboxEntry[]): Pick<OutboxDocument, 'outbox' | 'outboxSince'> {
    return entries.length > 0 ? { outbox: entries, outboxSince: this.clock.now() } : {};
  }

  /** The parts of an update that add entries at the end; condition such an update on `room`. */
  additions(entries: readonly OutboxEntry[]): UpdateQuery<OutboxDocument> {
    return entries.length > 0 ? { $push: { outbox: { $each: entries } }, $min: { outboxSince: this.clock.now() } } : {};
  }

  /** Matches documents that can carry more. */
  get room(): Readonly<Record<string, unknown>> {
    return { [`outbox.${OUTBOX_ENTRIES - 1}`]: { $exists: false } };
  }

  /** Called when a conditional write matched nothing: throws EventsStalled if the reason is a full outbox. */
  async refuseIfFull(id: string): Promise<void> {
    const full = await this.model.exists({ _id: id, [`outbox.${OUTBOX_ENTRIES - 1}`]: { $exists: true } });
    if (full) throw new EventsStalled(id);
  }

  /** Given the document as its write returned it: resolves when its lines are stored; its events leave behind the caller's back. */
  async deliver(document: OutboxDocument): Promise<void> {
    const { _id, outbox = [] } = document;
    if (outbox.length === 0) return;
    await this.#storeLines(outbox);
    if (this.#leaving.size >= documentsInHand || this.clock.now() < this.#pausedUntil) return; // the sweep comes
    const leaving = this.#publish([{ _id, outbox }]).catch(() => {
      this.#pausedUntil = this.clock.now() + pauseMs;
    });
    this.#leaving.set(leaving, _id);
    void leaving.finally(() => this.#leaving.delete(leaving));
  }

  /** The same for lines alone, of many documents whose writes have just added them; resolves when they are stored and taken out again. */
  async deliverLines(documents: readonly Told[], lines: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
    if (lines.length === 0) return;
    await this.writeLines?.(lines);
    await this.#clear(documents);
  }

  /** Delivers what was left behind; answers from how many documents. Throws DependencyUnavailable. */
  async sweep(): Promise<number> {
    let documents = 0;
    for (;;) {
      const since = { $lte: this.clock.now() - repairAfterMs };
      const found = await this.model.find({ outboxSince: since }, { outbox: 1 }).sort({ outboxSince: 1 }).limit(sweepStep).lean();
      for (const { outbox = [] } of found) await this.#storeLines(outbox);
      await this.#publish(found);
      documents += found.length;
      if (found.length < sweepStep) return documents;
    }
  }

  /** Documents with something left, and when the oldest of it came, ms. */
  async backlog(): Promise<{ readonly documents: number; readonly since: number | undefined }> {
    const [documents, oldest] = await Promise.all([
      this.model.countDocuments({ outboxSince: { $gt: 0 } }),
      this.model
        .findOne({ outboxSince: { $gt: 0 } }, { outboxSince: 1 })
        .sort({ outboxSince: 1 })
        .lean(),
    ]);
    return { documents, since: oldest?.outboxSince };
  }

  /** Resolves when nothing is on its way any more, whatever became of it. */
  async settled(): Promise<void> {
    while (this.#leaving.size > 0) await Promise.all(this.#leaving.keys());
  }

  /** Resolves when what is on its way from a document is, whatever became of it: before a document goes that must have told all. */
  async left(id: string): Promise<void> {
    await Promise.all([...this.#leaving].flatMap(([leaving, of]) => (of === id ? [leaving] : [])));
  }

  async #storeLines(entries: readonly OutboxEntry[]): Promise<void> {
    const lines = entries.flatMap((entry) => (entry.kind === 'line' ? [entry.line] : []));
    if (lines.length > 0) await this.writeLines?.(lines);
  }

  async #publish(documents: readonly Pick<OutboxDocument, '_id' | 'outbox'>[]): Promise<void> {
    const events = documents.flatMap(({ outbox = [] }) =>
      outbox.flatMap((entry): DomainEvent[] => (entry.kind === 'event' ? [eventFrom(entry)] : [])),
    );
    if (events.length > 0) crashPoint('outbox.publish.before');
    await this.publisher.publish(events);
    if (events.length > 0) crashPoint('outbox.publish.after');
    await this.#clear(documents.map(({ _id, outbox = [] }) => ({ _id, ids: outbox.map(({ id }) => id) })));
  }

  /** What several writers have told goes in one write. */
  async #clear(told: readonly Told[]): Promise<void> {
    this.#told.push(...told);
    this.#clearing ??= Promise.resolve().then(() => this.#clearTold());
    await this.#clearing;
  }

  async #clearTold(): Promise<void> {
    const told = this.#told;
    this.#told = [];
    this.#clearing = undefined;
    const now = this.clock.now();
    await this.model.bulkWrite(told.flatMap((one) => [emptied(one), shortened(one, now)]));
    crashPoint('outbox.clear.after');
  }
}

/** Nothing came since: all of it goes. */
function emptied({ _id, ids }: Told) {
  const hasOnlyThese = { _id, 'outbox.id': { $in: ids }, outbox: { $not: { $elemMatch: { id: { $nin: ids } } } } };
  return { updateOne: { filter: hasOnlyThese, update: { $unset: { outbox: 1, outboxSince: 1 } } } } as const;
}

/** Something came since: that stays. */
function shortened({ _id, ids }: Told, now: number) {
  return {
    updateOne: {
      filter: { _id, 'outbox.id': { $in: ids } },
      update: { $pull: { outbox: { id: { $in: ids } } }, $set: { outboxSince: now } },
    },
  } as const;
}
