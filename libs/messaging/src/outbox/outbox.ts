import type { Clock } from '#libs/kernel';
import type { MongoCollection, MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import type { EventPublisher } from '../event-publisher.ts';
import { OutboxBacklog, type Backlog } from '../outbox-backlog.ts';
import { CollectionOutbox, type WriteLines } from './collection-outbox.ts';
import type { OutboxDocument } from './outbox-entry.ts';

/** Every outbox that this process writes to. */
export class Outbox extends OutboxBacklog {
  readonly #collections = new Map<string, CollectionOutbox>();

  constructor(
    private readonly store: MongoStore,
    private readonly publisher: EventPublisher,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** The outbox in the documents of a collection, the same one for whoever asks again. `writeLines` stores entries that are no events. */
  of<T extends OutboxDocument>(collection: MongoCollection<T>, writeLines?: WriteLines): CollectionOutbox {
    const known = this.#collections.get(collection.name);
    if (known) return known;
    const model = this.store.model(collection) as unknown as Model<OutboxDocument>;
    const made = new CollectionOutbox(model, this.publisher, this.clock, writeLines);
    this.#collections.set(collection.name, made);
    return made;
  }

  /** Delivers what crashes and absent brokers left behind. Throws DependencyUnavailable. */
  async sweep(): Promise<number> {
    let documents = 0;
    for (const collection of this.#collections.values()) documents += await collection.sweep();
    return documents;
  }

  /** How many documents have something to tell, and for how long the oldest, ms. */
  async backlog(): Promise<Backlog> {
    const backlogs = await Promise.all([...this.#collections.values()].map((collection) => collection.backlog()));
    const now = this.clock.now();
    return {
      documents: backlogs.reduce((sum, { documents }) => sum + documents, 0),
      oldestMs: Math.max(0, ...backlogs.map(({ since = now }) => now - since)),
    };
  }

  /** Resolves when nothing is on its way any more: before connections close. */
  async settled(): Promise<void> {
    await Promise.all([...this.#collections.values()].map((collection) => collection.settled()));
  }
}
