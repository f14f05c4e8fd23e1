import type { Model, ProjectionType } from 'mongoose';
import type { MongoStore } from '#libs/storage';
import {
  PAGE_HEADER_FIELDS,
  entriesIn,
  headerFromDocument,
  pageCollection,
  pageFromDocument,
  pageSumsIn,
  type PageDocument,
} from './page-document.ts';
import { PlanTotal } from './page-header.ts';
import { unpackBatch } from './page-entries.ts';
import { pageId, placeOfBatch, type Page, type PageEntry, type PlannedBatch } from './page.ts';
import { PageReader, type PageHeader, type PlanSums } from './page-reader.ts';

interface Place {
  readonly slice: number;
  readonly n: number;
}

const headersAtOnce = 1_000;
const summed = { _id: 0, slice: 1, n: 1, plannedAt: 1, targeted: 1, sums: 1 } as const;

export class MongoPageReader extends PageReader {
  readonly #documents: Model<PageDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(pageCollection);
  }

  async findCovering(sendId: string, slice: number, key: string): Promise<Page | undefined> {
    const document = await this.#documents
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
    const document = await this.#documents.findOne({ _id: pageId(sendId, slice, n) }, PAGE_HEADER_FIELDS).lean();
    const page = document ? headerFromDocument(document) : undefined;
    const batch = page?.batches[index];
    return page && batch?.id === batchId ? { page, batch } : undefined;
  }

  async entriesOfBatch(batchId: string): Promise<readonly PageEntry[]> {
    const { sendId, slice, n, index } = placeOfBatch(batchId);
    const document = await this.#documents.findOne({ _id: pageId(sendId, slice, n) }, { _id: 0, entries: 1 }).lean();
    return document ? unpackBatch(entriesIn(document), index) : [];
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
    return this.#documents.find(filter, fields).sort({ slice: 1, n: 1 }).limit(limit).batchSize(limit).lean<PageDocument[]>();
  }
}
