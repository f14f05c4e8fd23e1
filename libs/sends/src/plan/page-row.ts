import type { SqliteStore } from '#libs/storage';
import { packEntries, unpackEntries } from './page-entries.ts';
import { batchesOf, pageSumsOf, type PageSums } from './page-header.ts';
import { pageId, type Page } from './page.ts';
import type { PageHeader } from './page-reader.ts';

export interface PageHeaderRow {
  readonly send_id: string;
  readonly slice: number;
  readonly n: number;
  readonly app: string;
  readonly after_key: string;
  readonly through_key: string;
  readonly last: number;
  readonly planned_at: number;
  readonly targeted: number;
  readonly targeted_so_far: number;
  readonly header: string;
}

export interface PageRow extends PageHeaderRow {
  readonly entries: string;
}

/** The columns of PageHeaderRow; SQLite reads no further than the last column asked for. */
export const PAGE_HEADER_COLUMNS = 'send_id, slice, n, app, after_key, through_key, last, planned_at, targeted, targeted_so_far, header';

export function headerFrom(row: PageHeaderRow): PageHeader {
  const id = pageId(row.send_id, row.slice, row.n);
  return {
    id,
    app: row.app,
    sendId: row.send_id,
    slice: row.slice,
    n: row.n,
    after: row.after_key,
    through: row.through_key,
    last: row.last === 1,
    batches: batchesOf(id, JSON.parse(row.header) as PageSums),
    plannedAt: row.planned_at,
    targetedSoFar: row.targeted_so_far,
    targeted: row.targeted,
  };
}

export function pageFrom(row: PageRow): Page {
  const { targeted: _, ...header } = headerFrom(row);
  return { ...header, entries: unpackEntries(row.entries) };
}

/** Inserts a page; throws a unique clash where one of its place is stored. Inside `store.write` only. */
export function insertPage(store: SqliteStore, page: Page): void {
  const targeted = page.entries.length;
  store
    .sql(
      `INSERT INTO pages (send_id, slice, n, app, after_key, through_key, last, planned_at, targeted, targeted_so_far, header, entries)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      page.sendId,
      page.slice,
      page.n,
      page.app,
      page.after,
      page.through,
      page.last ? 1 : 0,
      page.plannedAt,
      targeted,
      page.targetedSoFar ?? targeted,
      JSON.stringify(pageSumsOf(page)),
      packEntries(page.entries),
    );
}

/** The header of a slice's page with the highest number. */
export function lastPageHeader(store: SqliteStore, sendId: string, slice: number): PageHeader | undefined {
  const row = store
    .sql(`SELECT ${PAGE_HEADER_COLUMNS} FROM pages WHERE send_id = ? AND slice = ? ORDER BY n DESC LIMIT 1`)
    .get(sendId, slice);
  return row && headerFrom(row as unknown as PageHeaderRow);
}
