import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SqliteStore } from '#libs/storage';
import { PlanTotal, type PageSums } from './page-header.ts';
import { unpackBatch } from './page-entries.ts';
import { PAGE_HEADER_COLUMNS, headerFrom, pageFrom, type PageHeaderRow, type PageRow } from './page-row.ts';
import { placeOfBatch, type Page, type PageEntry, type PlannedBatch } from './page.ts';
import { PageReader, type PageHeader, type PlanSums } from './page-reader.ts';

const headersAtOnce = 1_000; // about 5 ms of the event loop
const endOfSlice = -1;

export class SqlitePageReader extends PageReader {
  constructor(private readonly store: SqliteStore) {
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

  async entriesOfBatch(batchId: string): Promise<readonly PageEntry[]> {
    const { sendId, slice, n, index } = placeOfBatch(batchId);
    const row = this.store.sql('SELECT entries FROM pages WHERE send_id = ? AND slice = ? AND n = ?').get(sendId, slice, n);
    return row ? unpackBatch(String(row['entries']), index) : [];
  }
}
