import type { DomainEvent } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { MUTABLE_SEND_COLUMNS, SqliteSendReader, insertSend, updateSend, type MutableSendRow, type Send } from '#libs/sends';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import { SendRepository, type SendFilter, type SendPosition } from './send.repository.ts';

type Row = Record<string, unknown>;

export class SqliteSendRepository extends SendRepository {
  readonly #reader: SqliteSendReader;

  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
    this.#reader = new SqliteSendReader(store);
  }

  async findById(app: string, id: string): Promise<Send | undefined> {
    return this.#reader.findById(app, id);
  }

  async insert(send: Send, events: readonly DomainEvent[]): Promise<boolean> {
    try {
      await this.store.write(() => {
        insertSend(this.store, send);
        this.log.append(events);
      });
      return true;
    } catch (error) {
      if (isUniqueClash(error)) return false;
      throw error;
    }
  }

  async save(send: Send, events: readonly DomainEvent[]): Promise<void> {
    await this.store.write(() => {
      if (!updateSend(this.store, send)) throw new StaleRevision(`send ${send.id}`);
      this.log.append(events);
    });
  }

  async list(app: string, { states, campaign, since }: SendFilter, limit: number, after?: SendPosition): Promise<readonly Send[]> {
    const conditions = ['app = ?'];
    const values: (string | number)[] = [app];
    if (states) {
      conditions.push(`state IN (${states.map(() => '?').join(', ')})`);
      values.push(...states);
    }
    if (campaign !== undefined) {
      conditions.push('campaign = ?');
      values.push(campaign);
    }
    if (since !== undefined) {
      conditions.push('created_at >= ?');
      values.push(since);
    }
    if (after) {
      conditions.push('(created_at, id) < (?, ?)');
      values.push(after.createdAt, after.id);
    }
    const where = conditions.join(' AND ');
    return this.#read(
      this.store
        .sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ?`)
        .all(...values, limit),
    );
  }

  async findOpen(limit: number): Promise<readonly Send[]> {
    return this.#read(
      this.store.sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE finished_at IS NULL ORDER BY created_at LIMIT ?`).all(limit),
    );
  }

  async findDue(now: number, limit: number): Promise<readonly Send[]> {
    return this.#read(
      this.store.sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE due_at <= ? ORDER BY due_at LIMIT ?`).all(now, limit),
    );
  }

  async findForgettable(finishedBefore: number, limit: number): Promise<readonly Send[]> {
    return this.#read(
      this.store
        .sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE finished_at < ? AND forgotten_at IS NULL ORDER BY finished_at LIMIT ?`)
        .all(finishedBefore, limit),
    );
  }

  #read(rows: readonly Row[]): Send[] {
    return rows.map((row) => this.#reader.read(row as unknown as MutableSendRow));
  }
}
