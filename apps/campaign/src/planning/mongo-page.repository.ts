import type { DomainEvent } from '#libs/events';
import { DependencyUnavailable } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import {
  PAGE_HEADER_FIELDS,
  headerFromDocument,
  pageCollection,
  pageDocumentOf,
  type Page,
  type PageDocument,
  type PageHeader,
} from '#libs/sends';
import { deleteSome, wasNew, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { PageRepository } from './page.repository.ts';

/**
 * A page is never updated, so it has no outbox: its events are wake-ups that follow its insertion. Those that a crash in between or an absent broker has
 * swallowed are said again by the sweep of slices: a slice is stored before its first page, and has a `dueAt` until every batch of its pages has an attempt.
 */
export class MongoPageRepository extends PageRepository {
  readonly #documents: Model<PageDocument>;

  constructor(
    store: MongoStore,
    private readonly publisher: EventPublisher,
  ) {
    super();
    this.#documents = store.model(pageCollection);
  }

  async last(sendId: string, slice: number): Promise<PageHeader | undefined> {
    const document = await this.#documents.findOne({ sendId, slice }, PAGE_HEADER_FIELDS).sort({ n: -1 }).lean<PageDocument>();
    return document ? headerFromDocument(document) : undefined;
  }

  async insert(page: Page, events: readonly DomainEvent[]): Promise<boolean> {
    if (!(await wasNew(this.#documents.insertMany([pageDocumentOf(page)])))) return false;
    await this.#announce(events);
    return true;
  }

  async dropOfSend(sendId: string, limit: number): Promise<number> {
    return deleteSome(this.#documents, { sendId }, limit);
  }

  /** The page stands: a caller told that it failed, such as who asked for the send, would ask for another one. */
  async #announce(events: readonly DomainEvent[]): Promise<void> {
    try {
      await this.publisher.publish(events);
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
    }
  }
}
