import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SqliteStore } from '#libs/storage';
import { BoundedCache } from '../bounded-cache.ts';
import { PlanTotal, type PageSums } from './page-header.ts';
import { PAGE_HEADER_COLUMNS, headerFrom, pageFrom, type PageHeaderRow, type PageRow } from './page-row.ts';
import { placeOfBatch, type Page, type PlannedBatch } from './page.ts';
import { PageReader, type PageHeader, type PlanSums } from './page-reader.ts';

const cachedCharacters = 4 * 1024 * 1024;
const headersAtOnce = 1_000; // about 5 ms of the event loop
const endOfSlice = -1;

export class SqlitePageReader extends PageReader {
  readonly #pages = new BoundedCache<Page>(cachedCharacters);

  constructor(private readonly store: SqliteStore) {
    super();
  }

  async findById(pageId: string): Promise<Page | undefined> {
    const cached = this.#pages.get(pageId);
    if (cached) return cached;
    const { sendId, slice, n } = placeOfBatch(pageId);
    const row = this.store.sql('SELECT * FROM pages WHERE send_id = ? AND slice = ? AND n = ?').get(sendId, slice, n);
    return row && this.#page(row as unknown as PageRow);
  }

  async findCovering(sendId: string, slice: number, key: string): Promise<Page | undefined> {
    const row = this.store
      .sql('SELECT * FROM pages WHERE send_id = ? AND slice = ? AND through_key >= ? ORDER BY through_key, n LIMIT 1')
      .get(sendId, slice, key);
    return row && this.#page(row as unknown as PageRow);
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

  async findBatch(batchId: string): Promise<{ page: Page; batch: PlannedBatch; index: number } | undefined> {
    const { pageId, index } = placeOfBatch(batchId);
    const page = await this.findById(pageId);
    const batch = page?.batches[index];
    return page && batch?.id === batchId ? { page, batch, index } : undefined;
  }

  #page(row: PageRow): Page {
    const page = pageFrom(row);
    this.#pages.set(page.id, page, row.entries.length);
    return page;
  }
}
