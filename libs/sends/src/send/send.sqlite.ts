import type { DomainEvent } from '#libs/events';
import { BoundedMap, StaleRevision } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { type SqliteStore, isUniqueClash } from '#libs/storage';
import { type SendFilter, type SendPosition, SendReader, type SendRepository } from './send.store.ts';
import {
  FROZEN_CACHED,
  type FrozenSend,
  type Send,
  type SendCanary,
  type SendRamp,
  type SendState,
  type SendSums,
  frozenTextOf,
} from './send.ts';

/** A read costs a few columns: the frozen part of a send, which may hold 10,000 ids, is parsed once. */
export class SqliteSendReader extends SendReader {
  readonly #frozen = new BoundedMap<FrozenSend>(FROZEN_CACHED);

  constructor(protected readonly store: SqliteStore) {
    super();
  }

  async findById(app: string, id: string): Promise<Send | undefined> {
    const row = this.store.sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE id = ? AND app = ?`).get(id, app);
    return row && this.read(row as unknown as MutableSendRow);
  }

  async list(app: string, filter: SendFilter, limit: number, after?: SendPosition): Promise<readonly Send[]> {
    const { where, values } = sendConditions(app, filter, after);
    return this.readAll(
      this.store
        .sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ?`)
        .all(...values, limit),
    );
  }

  /** The whole send of a row. */
  protected read(row: MutableSendRow): Send {
    return sendFrom(row, this.#frozen.get(row.id) ?? this.#load(row.id));
  }

  protected readAll(rows: readonly Row[]): Send[] {
    return rows.map((row) => this.read(row as unknown as MutableSendRow));
  }

  #load(id: string): FrozenSend {
    const { frozen: text } = this.store.sql('SELECT frozen FROM sends WHERE id = ?').get(id) as unknown as { frozen: string };
    const frozen = JSON.parse(text) as FrozenSend;
    this.#frozen.set(id, frozen, text.length);
    return frozen;
  }
}

type Row = Record<string, unknown>;

export class SqliteSendRepository extends SqliteSendReader implements SendRepository {
  constructor(
    store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super(store);
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

  async findOpen(limit: number): Promise<readonly Send[]> {
    return this.readAll(
      this.store.sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE finished_at IS NULL ORDER BY created_at LIMIT ?`).all(limit),
    );
  }

  async findDue(now: number, limit: number): Promise<readonly Send[]> {
    return this.readAll(
      this.store.sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE due_at <= ? ORDER BY due_at LIMIT ?`).all(now, limit),
    );
  }

  async findForgettable(finishedBefore: number, limit: number): Promise<readonly Send[]> {
    return this.readAll(
      this.store
        .sql(`SELECT ${MUTABLE_SEND_COLUMNS} FROM sends WHERE finished_at < ? AND forgotten_at IS NULL ORDER BY finished_at LIMIT ?`)
        .all(finishedBefore, limit),
    );
  }
}

/** What a list of sends is asked for, over the columns `app`, `state`, `campaign`, `created_at` and `id`. */
export function sendConditions(app: string, { states, campaign, since }: SendFilter, after?: SendPosition) {
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
  return { where: conditions.join(' AND '), values };
}

export interface MutableSendRow {
  readonly id: string;
  readonly revision: number;
  readonly state: SendState;
  readonly paused_from: 'planning' | 'sending' | null;
  readonly state_reason: string | null;
  readonly state_since: number;
  readonly finished_at: number | null;
  readonly forgotten_at: number | null;
  readonly due_at: number | null;
  readonly sums: string | null;
  readonly canary: string | null;
  readonly ramp: string | null;
}

/** The columns of MutableSendRow. */
const MUTABLE_SEND_COLUMNS =
  'id, revision, state, paused_from, state_reason, state_since, finished_at, forgotten_at, due_at, sums, canary, ramp';

function sendFrom(row: MutableSendRow, frozen: FrozenSend): Send {
  return {
    ...frozen,
    revision: row.revision,
    state: row.state,
    pausedFrom: row.paused_from,
    stateReason: row.state_reason,
    stateSince: row.state_since,
    finishedAt: row.finished_at,
    ...(row.forgotten_at !== null && { forgottenAt: row.forgotten_at }),
    dueAt: row.due_at,
    sums: row.sums === null ? null : (JSON.parse(row.sums) as SendSums),
    ...(row.canary !== null && { canary: JSON.parse(row.canary) as SendCanary }),
    ...(row.ramp !== null && { ramp: JSON.parse(row.ramp) as SendRamp }),
  };
}

/** Inserts a send; a clash of ids is the caller's to understand. Inside `store.write` only. */
export function insertSend(store: SqliteStore, send: Send): void {
  store
    .sql(
      `INSERT INTO sends (id, app, revision, created_at, campaign, state, paused_from, state_reason, state_since, finished_at, forgotten_at, due_at, sums, canary, ramp, frozen)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(send.id, send.app, send.revision, send.createdAt, send.campaign, ...mutableValues(send), frozenTextOf(send));
}

/** Stores what may change, if the stored revision is the one before. Answers whether it was. Inside `store.write` only. */
export function updateSend(store: SqliteStore, send: Send): boolean {
  const { changes } = store
    .sql(
      `UPDATE sends SET state = ?, paused_from = ?, state_reason = ?, state_since = ?, finished_at = ?, forgotten_at = ?, due_at = ?, sums = ?, canary = ?, ramp = ?, revision = ?
       WHERE id = ? AND revision = ?`,
    )
    .run(...mutableValues(send), send.revision, send.id, send.revision - 1);
  return changes === 1;
}

function mutableValues(send: Send): (string | number | null)[] {
  return [
    send.state,
    send.pausedFrom,
    send.stateReason,
    send.stateSince ?? send.createdAt,
    send.finishedAt,
    send.forgottenAt ?? null,
    send.dueAt,
    send.sums === null ? null : JSON.stringify(send.sums),
    send.canary ? JSON.stringify(send.canary) : null,
    send.ramp ? JSON.stringify(send.ramp) : null,
  ];
}
