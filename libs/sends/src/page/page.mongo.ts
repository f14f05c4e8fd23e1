import type { DomainEvent } from '#libs/events';
import { DependencyUnavailable } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import { type MongoDocument, type MongoStore, deleteSome, mongoCollection, wasNew } from '#libs/storage';
import type { Model, ProjectionType } from 'mongoose';
import { packEntries, unpackBatches, unpackEntries } from './page-entries.ts';
import { PageReader, type PageRepository } from './page.store.ts';
import {
  NO_ENTRIES,
  type BatchEntries,
  type Page,
  type PageSums,
  PlanTotal,
  type PlannedBatch,
  batchesOf,
  pageId,
  pageSumsOf,
  placeOfBatch,
  type PageHeader,
  type PlanSums,
} from './page.ts';

/** All of a page in MongoDB but its entries. */
export interface PageHeaderDocument {
  readonly sendId: string;
  readonly slice: number;
  readonly n: number;
  readonly app: string;
  readonly after: string;
  readonly through: string;
  readonly last: boolean;
  readonly plannedAt: number;
  readonly targeted: number;
  readonly targetedSoFar: number;
  /** PageSums as JSON: rules and providers are its keys, and an index covers no lists. */
  readonly sums: string;
}

export interface PageDocument extends MongoDocument, PageHeaderDocument {
  readonly entries: Buffer;
}

const headerFields = {
  ...{ sendId: String, slice: Number, n: Number, app: String, after: String, through: String, last: Boolean },
  ...{ plannedAt: Number, targeted: Number, targetedSoFar: Number, sums: String },
};

function ofEach<T>(value: T): Record<keyof PageHeaderDocument, T> {
  return Object.fromEntries(Object.keys(headerFields).map((name) => [name, value])) as Record<keyof PageHeaderDocument, T>;
}

/** The projection of PageHeaderDocument. */
const PAGE_HEADER_FIELDS = { ...ofEach(1 as const), _id: 0 as const };

/** Pages by their place, with all of their headers in the index, so that whoever reads headers by the thousand reads no entries. */
export const pageCollection = mongoCollection<PageDocument>('pages', { ...headerFields, entries: Buffer }, [
  { fields: ofEach(1 as const) },
  { fields: { sendId: 1, slice: 1, through: 1, n: 1 } },
]);

export function pageDocumentOf(page: Page): PageDocument {
  const { id: _id, app, sendId, slice, n, after, through, last, plannedAt, entries, targetedSoFar = entries.length } = page;
  const place = { _id, app, sendId, slice, n, after, through, last, plannedAt };
  return {
    ...place,
    targeted: entries.length,
    targetedSoFar,
    sums: JSON.stringify(pageSumsOf(page)),
    entries: Buffer.from(packEntries(entries)),
  };
}

function pageSumsIn({ sums }: Pick<PageDocument, 'sums'>): PageSums {
  return JSON.parse(sums) as PageSums;
}

function headerFromDocument(document: PageHeaderDocument): PageHeader {
  const { sendId, slice, n, app, after, through, last, plannedAt, targeted, targetedSoFar } = document;
  const id = pageId(sendId, slice, n);
  const sums = pageSumsIn(document);
  const batches = batchesOf(id, sums);
  const pace = sums.pacedUntil !== undefined && { pacedUntil: sums.pacedUntil };
  return { ...pace, id, app, sendId, slice, n, after, through, last, batches, plannedAt, targetedSoFar, targeted };
}

function pageFromDocument(document: PageDocument): Page {
  const { targeted: _, ...header } = headerFromDocument(document);
  return { ...header, entries: unpackEntries(entriesIn(document)) };
}

/** The packed entries. */
function entriesIn({ entries }: Pick<PageDocument, 'entries'>): string {
  return entries.toString('utf8'); // a Buffer, or the driver's Binary, which both read so
}

interface Place {
  readonly slice: number;
  readonly n: number;
}

const headersAtOnce = 1_000;
const summed = { _id: 0, slice: 1, n: 1, plannedAt: 1, targeted: 1, sums: 1 } as const;

export class MongoPageReader extends PageReader {
  protected readonly documents: Model<PageDocument>;

  constructor(store: MongoStore) {
    super();
    this.documents = store.model(pageCollection);
  }

  async findCovering(sendId: string, slice: number, key: string): Promise<Page | undefined> {
    const document = await this.documents
      .findOne({ sendId, slice, through: { $gte: key } })
      .sort({ through: 1, n: 1 })
      .lean();
    return document ? pageFromDocument(document) : undefined;
  }

  async headers(sendId: string, slice: number, from: number, limit: number): Promise<readonly PageHeader[]> {
    const documents = await this.#find({ sendId, slice, n: { $gte: from } }, limit, PAGE_HEADER_FIELDS);
    return documents.map(headerFromDocument);
  }

  async after(sendId: string, place: Place | null, limit: number): Promise<readonly Page[]> {
    const documents = await this.#behind(sendId, place, limit);
    return documents.map(pageFromDocument);
  }

  async sums(sendId: string): Promise<PlanSums> {
    const total = new PlanTotal();
    let place: Place | null = null;
    for (;;) {
      const documents: PageDocument[] = await this.#behind(sendId, place, headersAtOnce, summed);
      for (const document of documents) total.add(document.targeted, document.plannedAt, pageSumsIn(document));
      const last = documents.at(-1);
      if (!last || documents.length < headersAtOnce) return total.sums();
      place = last;
    }
  }

  async findBatch(batchId: string): Promise<{ page: PageHeader; batch: PlannedBatch } | undefined> {
    const { sendId, slice, n, index } = placeOfBatch(batchId);
    const document = await this.documents.findOne({ _id: pageId(sendId, slice, n) }, PAGE_HEADER_FIELDS).lean();
    const page = document ? headerFromDocument(document) : undefined;
    const batch = page?.batches[index];
    return page && batch?.id === batchId ? { page, batch } : undefined;
  }

  async entriesOfBatch(batchId: string): Promise<BatchEntries> {
    const { sendId, slice, n, index } = placeOfBatch(batchId);
    const document = await this.documents.findOne({ _id: pageId(sendId, slice, n) }, { _id: 0, entries: 1 }).lean();
    return (document && unpackBatches(entriesIn(document)).get(index)) ?? NO_ENTRIES;
  }

  /** Of all slices, in order: the rest of the place's slice, then the slices after it, each a range of the index. */
  async #behind(sendId: string, place: Place | null, limit: number, fields: ProjectionType<PageDocument> = {}): Promise<PageDocument[]> {
    if (!place) return this.#find({ sendId }, limit, fields);
    const { slice, n } = place;
    const rest = await this.#find({ sendId, slice, n: { $gt: n } }, limit, fields);
    if (rest.length === limit) return rest;
    return [...rest, ...(await this.#find({ sendId, slice: { $gt: slice } }, limit - rest.length, fields))];
  }

  async #find(filter: Record<string, unknown>, limit: number, fields: ProjectionType<PageDocument>): Promise<PageDocument[]> {
    return this.documents.find(filter, fields).sort({ slice: 1, n: 1 }).limit(limit).batchSize(limit).lean<PageDocument[]>();
  }
}

/**
 * A page is never updated, so it has no outbox: its events are wake-ups that follow its insertion. Those that a crash in between or an absent broker has
 * swallowed are said again by the sweep of slices: a slice is stored before its first page, and has a `dueAt` until every batch of its pages has an attempt.
 */
export class MongoPageRepository extends MongoPageReader implements PageRepository {
  constructor(
    store: MongoStore,
    private readonly publisher: EventPublisher,
  ) {
    super(store);
  }

  async last(sendId: string, slice: number): Promise<PageHeader | undefined> {
    const document = await this.documents.findOne({ sendId, slice }, PAGE_HEADER_FIELDS).sort({ n: -1 }).lean<PageDocument>();
    return document ? headerFromDocument(document) : undefined;
  }

  async insert(page: Page, events: readonly DomainEvent[]): Promise<boolean> {
    if (!(await wasNew(this.documents.insertMany([pageDocumentOf(page)])))) return false;
    await this.#announce(events);
    return true;
  }

  async dropOfSend(sendId: string, limit: number): Promise<number> {
    return deleteSome(this.documents, { sendId }, limit);
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
