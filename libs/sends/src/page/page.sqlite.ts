import type { DomainEvent } from '#libs/events';
import { BoundedMap } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { type SqliteStore, isUniqueClash } from '#libs/storage';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { packEntries, unpackBatches, unpackEntries } from './page-entries.ts';
import { PageReader, type PageRepository } from './page.store.ts';
import {
  NO_ENTRIES,
  type BatchEntries,
  type Page,
  type PageSums,
  PlanTotal,
  type PlannedBatch,
  batchId as idOfBatch,
  batchesOf,
  pageId,
  pageSumsOf,
  placeOfBatch,
  type PageHeader,
  type PlanSums,
} from './page.ts';

/** A megabyte or two. */
const entriesAhead = 20_000;
const headersAtOnce = 1_000; // about 5 ms of the event loop
const endOfSlice = -1;

export class SqlitePageReader extends PageReader {
  /** Of pages that were read for another of their batches, until its turn comes: a page never changes. */
  readonly #ahead = new BoundedMap<BatchEntries>(entriesAhead);

  constructor(protected readonly store: SqliteStore) {
    super();
  }

  async findCovering(sendId: string, slice: number, key: string): Promise<Page | undefined> {
    const row = this.store
      .sql('SELECT * FROM pages WHERE send_id = ? AND slice = ? AND through_key >= ? ORDER BY through_key, n LIMIT 1')
      .get(sendId, slice, key);
    return row && pageFrom(row as unknown as PageRow);
  }

  async headers(sendId: string, slice: number, from: number, limit: number): Promise<readonly PageHeader[]> {
    const rows = this.store
      .sql(`SELECT ${PAGE_HEADER_COLUMNS} FROM pages WHERE send_id = ? AND slice = ? AND n >= ? ORDER BY n LIMIT ?`)
      .all(sendId, slice, from, limit);
    return (rows as unknown as PageHeaderRow[]).map(headerFrom);
  }

  async after(sendId: string, place: { slice: number; n: number } | null, limit: number): Promise<readonly Page[]> {
    const rows = this.store
      .sql('SELECT * FROM pages WHERE send_id = ? AND (slice, n) > (?, ?) ORDER BY slice, n LIMIT ?')
      .all(sendId, place?.slice ?? -1, place?.n ?? endOfSlice, limit);
    return (rows as unknown as PageRow[]).map(pageFrom);
  }

  async sums(sendId: string): Promise<PlanSums> {
    const total = new PlanTotal();
    let place = { slice: -1, n: endOfSlice };
    for (;;) {
      const rows = this.store
        .sql('SELECT slice, n, planned_at, targeted, header FROM pages WHERE send_id = ? AND (slice, n) > (?, ?) ORDER BY slice, n LIMIT ?')
        .all(sendId, place.slice, place.n, headersAtOnce) as unknown as PageHeaderRow[];
      for (const { targeted, planned_at: plannedAt, header } of rows) total.add(targeted, plannedAt, JSON.parse(header) as PageSums);
      const last = rows.at(-1);
      if (!last || rows.length < headersAtOnce) return total.sums();
      place = last;
      await nextTurn();
    }
  }

  async findBatch(batchId: string): Promise<{ page: PageHeader; batch: PlannedBatch } | undefined> {
    const { sendId, slice, n, index } = placeOfBatch(batchId);
    const row = this.store.sql(`SELECT ${PAGE_HEADER_COLUMNS} FROM pages WHERE send_id = ? AND slice = ? AND n = ?`).get(sendId, slice, n);
    const page = row && headerFrom(row as unknown as PageHeaderRow);
    const batch = page?.batches[index];
    return page && batch?.id === batchId ? { page, batch } : undefined;
  }

  async entriesOfBatch(batchId: string): Promise<BatchEntries> {
    const known = this.#ahead.get(batchId);
    this.#ahead.delete(batchId);
    if (known) return known;
    const { sendId, slice, n } = placeOfBatch(batchId);
    const row = this.store.sql('SELECT entries FROM pages WHERE send_id = ? AND slice = ? AND n = ?').get(sendId, slice, n);
    return row ? this.#unpacked(batchId, pageId(sendId, slice, n), String(row['entries'])) : NO_ENTRIES;
  }

  #unpacked(batchId: string, page: string, text: string): BatchEntries {
    let wanted: BatchEntries | undefined;
    for (const [index, entries] of unpackBatches(text)) {
      const id = idOfBatch(page, index);
      if (id === batchId) wanted = entries;
      else this.#ahead.set(id, entries, entries.installationIds.length);
    }
    return wanted ?? NO_ENTRIES;
  }
}

export class SqlitePageRepository extends SqlitePageReader implements PageRepository {
  constructor(
    store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super(store);
  }

  async last(sendId: string, slice: number): Promise<PageHeader | undefined> {
    return lastPageHeader(this.store, sendId, slice);
  }

  async insert(page: Page, events: readonly DomainEvent[]): Promise<boolean> {
    try {
      await this.store.write(() => {
        insertPage(this.store, page);
        this.log.append(events);
      });
      return true;
    } catch (error) {
      if (isUniqueClash(error)) return false;
      throw error;
    }
  }
  async dropOfSend(sendId: string, limit: number): Promise<number> {
    const drop = 'DELETE FROM pages WHERE rowid IN (SELECT rowid FROM pages WHERE send_id = ? LIMIT ?)';
    return Number((await this.store.write(() => this.store.sql(drop).run(sendId, limit))).changes);
  }
}

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
const PAGE_HEADER_COLUMNS = 'send_id, slice, n, app, after_key, through_key, last, planned_at, targeted, targeted_so_far, header';

function headerFrom(row: PageHeaderRow): PageHeader {
  const id = pageId(row.send_id, row.slice, row.n);
  const sums = JSON.parse(row.header) as PageSums;
  return {
    id,
    app: row.app,
    sendId: row.send_id,
    slice: row.slice,
    n: row.n,
    after: row.after_key,
    through: row.through_key,
    last: row.last === 1,
    batches: batchesOf(id, sums),
    plannedAt: row.planned_at,
    targetedSoFar: row.targeted_so_far,
    targeted: row.targeted,
    ...(sums.pacedUntil !== undefined && { pacedUntil: sums.pacedUntil }),
  };
}

function pageFrom(row: PageRow): Page {
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
function lastPageHeader(store: SqliteStore, sendId: string, slice: number): PageHeader | undefined {
  const row = store
    .sql(`SELECT ${PAGE_HEADER_COLUMNS} FROM pages WHERE send_id = ? AND slice = ? ORDER BY n DESC LIMIT 1`)
    .get(sendId, slice);
  return row && headerFrom(row as unknown as PageHeaderRow);
}
