import { mongoCollection, type MongoDocument } from '#libs/storage';
import { packEntries, unpackEntries } from './page-entries.ts';
import { batchesOf, pageSumsOf, type PageSums } from './page-header.ts';
import { pageId, type Page } from './page.ts';
import type { PageHeader } from './page-reader.ts';

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
export const PAGE_HEADER_FIELDS = { ...ofEach(1 as const), _id: 0 as const };

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

export function pageSumsIn({ sums }: Pick<PageDocument, 'sums'>): PageSums {
  return JSON.parse(sums) as PageSums;
}

export function headerFromDocument(document: PageHeaderDocument): PageHeader {
  const { sendId, slice, n, app, after, through, last, plannedAt, targeted, targetedSoFar } = document;
  const id = pageId(sendId, slice, n);
  const batches = batchesOf(id, pageSumsIn(document));
  return { id, app, sendId, slice, n, after, through, last, batches, plannedAt, targetedSoFar, targeted };
}

export function pageFromDocument(document: PageDocument): Page {
  const { targeted: _, ...header } = headerFromDocument(document);
  return { ...header, entries: unpackEntries(entriesIn(document)) };
}

/** The packed entries. */
export function entriesIn({ entries }: Pick<PageDocument, 'entries'>): string {
  return entries.toString('utf8'); // a Buffer, or the driver's Binary, which both read so
}
