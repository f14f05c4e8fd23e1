import type { DomainEvent } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import type { SqliteStore } from '#libs/storage';
import { SliceRepository } from './slice.store.ts';
import type { Slice } from './slice.ts';

interface SliceRow {
  readonly send_id: string;
  readonly slice: number;
  readonly app: string;
  readonly revision: number;
  readonly after_key: string;
  readonly through_key: string;
  readonly planned: number;
  readonly handed_over: number;
  readonly waiting: number;
  readonly due_at: number | null;
}

export class SqliteSliceRepository extends SliceRepository {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
  }

  async open(slices: readonly Slice[]): Promise<void> {
    await this.store.write(() => {
      for (const slice of slices) this.#insert(slice);
    });
  }

  async findOne(sendId: string, slice: number): Promise<Slice | undefined> {
    const row = this.store.sql('SELECT * FROM slices WHERE send_id = ? AND slice = ?').get(sendId, slice);
    return row && sliceFrom(row as unknown as SliceRow);
  }

  async ofSend(sendId: string): Promise<readonly Slice[]> {
    const rows = this.store.sql('SELECT * FROM slices WHERE send_id = ? ORDER BY slice LIMIT 256').all(sendId);
    return (rows as unknown as SliceRow[]).map(sliceFrom);
  }

  async save(slice: Slice, events: readonly DomainEvent[]): Promise<void> {
    await this.store.write(() => {
      const { changes } = this.store
        .sql(
          `UPDATE slices SET revision = ?, planned = ?, handed_over = ?, waiting = ?, due_at = ?
           WHERE send_id = ? AND slice = ? AND revision = ?`,
        )
        .run(
          slice.revision,
          slice.planned ? 1 : 0,
          slice.handedOver,
          slice.waiting ? 1 : 0,
          slice.dueAt,
          slice.sendId,
          slice.slice,
          slice.revision - 1,
        );
      if (changes === 0) throw new StaleRevision(`slice ${slice.id}`);
      this.log.append(events);
    });
  }

  async dropOfSend(sendId: string): Promise<void> {
    await this.store.write(() => this.store.sql('DELETE FROM slices WHERE send_id = ?').run(sendId));
  }

  async findDue(now: number, limit: number): Promise<readonly Slice[]> {
    const rows = this.store.sql('SELECT * FROM slices WHERE due_at <= ? ORDER BY due_at LIMIT ?').all(now, limit);
    return (rows as unknown as SliceRow[]).map(sliceFrom);
  }

  #insert(slice: Slice): void {
    this.store
      .sql(
        `INSERT INTO slices (send_id, slice, app, revision, after_key, through_key, planned, handed_over, waiting, due_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      )
      .run(
        slice.sendId,
        slice.slice,
        slice.app,
        slice.revision,
        slice.after,
        slice.through,
        slice.planned ? 1 : 0,
        slice.handedOver,
        slice.waiting ? 1 : 0,
        slice.dueAt,
      );
  }
}

function sliceFrom(row: SliceRow): Slice {
  return {
    id: `${row.send_id}:${row.slice}`,
    app: row.app,
    sendId: row.send_id,
    slice: row.slice,
    revision: row.revision,
    after: row.after_key,
    through: row.through_key,
    planned: row.planned === 1,
    handedOver: row.handed_over,
    waiting: row.waiting === 1,
    dueAt: row.due_at,
  };
}
