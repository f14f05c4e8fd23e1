import type { DomainEvent } from '#libs/events';
import type { ProviderName } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import type { Migration, SqliteStore } from '#libs/storage';
import { IndexSet } from '../index-set.ts';
import { AttemptReader, type AttemptRepository, type ParkedCount, type ParkedPart } from './attempt.store.ts';
import { type Attempt, type AttemptState, firstAttemptId } from './attempt.ts';

/**
 * The table of attempts. What is asked for across attempts stands in columns before the body; the partial indexes hold only what is
 * open, so they stay small however many attempts are kept. `sweep_at` belongs to the sweep alone: it says when to look at the attempt
 * (again), while `due_at` inside the attempt says when it may go on.
 */
export const attemptMigrations: readonly Migration[] = [
  {
    id: 'sends-attempts-001',
    sql: `
      CREATE TABLE attempts (
        id TEXT PRIMARY KEY, app TEXT NOT NULL, send_id TEXT NOT NULL, provider TEXT NOT NULL, lane TEXT NOT NULL, state TEXT NOT NULL,
        epoch INTEGER NOT NULL, revision INTEGER NOT NULL, lease_until INTEGER NOT NULL, sweep_at INTEGER, parked_for TEXT,
        window_open INTEGER NOT NULL, created_at INTEGER NOT NULL, body TEXT NOT NULL
      );
      CREATE INDEX attempts_due ON attempts (sweep_at) WHERE sweep_at IS NOT NULL;
      CREATE INDEX attempts_waiting ON attempts (send_id, sweep_at) WHERE sweep_at IS NOT NULL;
      CREATE INDEX attempts_open ON attempts (send_id) WHERE window_open = 1;
      CREATE INDEX attempts_parked ON attempts (app, provider) WHERE state = 'parked';
    `,
  },
];

const one = 'SELECT * FROM attempts WHERE id = ?';
// Ids of a batch's attempts are the batch's id, a colon and digits with dots; a semicolon sorts right behind the colon.
const ofBatch = 'SELECT * FROM attempts WHERE id >= ? AND id < ? LIMIT 10000';
const known = 'SELECT id FROM attempts WHERE id IN (SELECT value FROM json_each(?))';
const open = 'SELECT count(*) AS n FROM attempts WHERE send_id = ? AND window_open = 1';

export class SqliteAttemptReader extends AttemptReader {
  constructor(protected readonly store: SqliteStore) {
    super();
    store.migrate(attemptMigrations);
  }

  async findById(id: string): Promise<Attempt | undefined> {
    const row = this.store.sql(one).get(id);
    return row && attemptOf(row);
  }

  async ofBatch(batchId: string): Promise<readonly Attempt[]> {
    const attempts = this.store.sql(ofBatch).all(`${batchId}:`, `${batchId};`).map(attemptOf);
    return attempts.sort((a, b) => a.depth - b.depth);
  }

  async claimed(batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    const ids = JSON.stringify(batchIds.map((batch) => firstAttemptId(batch)));
    const rows = this.store.sql(known).all(ids);
    return new Set(rows.map((row) => String(row['id']).slice(0, -2)));
  }

  async openWindows(sendId: string): Promise<number> {
    return Number(this.store.sql(open).get(sendId)?.['n'] ?? 0);
  }
}

const insert = `
  INSERT INTO attempts (id, app, send_id, provider, lane, state, epoch, revision, lease_until, sweep_at, parked_for, window_open,
    created_at, body)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`;
const update = `
  UPDATE attempts SET state = ?, epoch = ?, revision = ?, lease_until = ?, sweep_at = ?, parked_for = ?, window_open = ?, body = ?
  WHERE id = ? AND epoch = ? AND revision = ?`;
const keep = "UPDATE attempts SET lease_until = ?, sweep_at = ? WHERE id = ? AND epoch = ? AND state = 'claimed'";
const due = 'SELECT * FROM attempts WHERE sweep_at <= ? ORDER BY sweep_at LIMIT ?';
const putOff = 'UPDATE attempts SET sweep_at = ? WHERE id = ? AND revision = ?';
const waitingSends = `
  SELECT send_id, min(app) AS app FROM attempts WHERE sweep_at IS NOT NULL AND state <> 'claimed' AND send_id > ?
  GROUP BY send_id ORDER BY send_id LIMIT ?`;
const hurry = `
  UPDATE attempts SET sweep_at = ?1
  WHERE send_id = ?2 AND sweep_at IS NOT NULL AND sweep_at > ?3 AND state <> 'claimed'
    AND (?4 IS NULL OR parked_for IN (SELECT value FROM json_each(?4)) AND provider NOT IN (SELECT value FROM json_each(?5)))`;
const parked = "SELECT app, provider, count(*) AS batches FROM attempts WHERE state = 'parked' GROUP BY app, provider";
// Ids begin with that of their send: a range of the primary key.
const ofSend = "DELETE FROM attempts WHERE id IN (SELECT id FROM attempts WHERE id > ? || ':' AND id < ? || ';' LIMIT ?)";
const expire = "UPDATE attempts SET lease_until = 0, sweep_at = min(sweep_at, ?) WHERE sweep_at IS NOT NULL AND state = 'claimed'";

export class SqliteAttemptRepository extends SqliteAttemptReader implements AttemptRepository {
  constructor(
    store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super(store);
  }

  insert(attempt: Attempt): Promise<boolean> {
    const row = attemptRow(attempt);
    return this.store.write(() => {
      const { changes } = this.store
        .sql(insert)
        .run(
          row.id, row.app, row.sendId, row.provider, row.lane, row.state, row.epoch, row.revision, row.leaseUntil, attempt.dueAt,
          attempt.parkedFor, row.windowOpen, row.createdAt, row.body,
        ); // prettier-ignore
      return Number(changes) === 1;
    });
  }

  replace(previous: Attempt, next: Attempt, events: readonly DomainEvent[]): Promise<boolean> {
    const row = attemptRow(next);
    return this.store.write(() => {
      const { changes } = this.store
        .sql(update)
        .run(
          row.state, row.epoch, row.revision, row.leaseUntil, next.dueAt, next.parkedFor, row.windowOpen, row.body,
          previous.id, previous.epoch, previous.revision,
        ); // prettier-ignore
      if (Number(changes) === 0) return false;
      this.log.append(events);
      return true;
    });
  }

  async keep(attempts: readonly Pick<Attempt, 'id' | 'epoch'>[], leaseUntil: number): Promise<void> {
    if (attempts.length === 0) return;
    await this.store.write(() => {
      const statement = this.store.sql(keep);
      for (const { id, epoch } of attempts) statement.run(leaseUntil, leaseUntil, id, epoch);
    });
  }

  async findDue(now: number, limit: number): Promise<readonly Attempt[]> {
    return this.store.sql(due).all(now, limit).map(attemptOf);
  }

  async putOff(attempts: readonly { readonly attempt: Attempt; readonly until: number | null }[]): Promise<void> {
    if (attempts.length === 0) return;
    await this.store.write(() => {
      const statement = this.store.sql(putOff);
      for (const { attempt, until } of attempts) statement.run(until, attempt.id, attempt.revision);
    });
  }

  async waitingSends(after: string | null, limit: number): Promise<readonly { readonly app: string; readonly sendId: string }[]> {
    const rows = this.store.sql(waitingSends).all(after ?? '', limit);
    return rows.map((row) => ({ app: String(row['app']), sendId: String(row['send_id']) }));
  }

  async hurry(sendId: string, only: ParkedPart | null, at: number, laterThan: number): Promise<void> {
    const [parkedFor, notOf] = only ? [JSON.stringify(only.parkedFor), JSON.stringify(only.notOf)] : [null, '[]'];
    await this.store.write(() => this.store.sql(hurry).run(at, sendId, laterThan, parkedFor, notOf));
  }

  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = this.store.sql(known).all(JSON.stringify(ids));
    return new Set(rows.map((row) => String(row['id'])));
  }

  async parked(): Promise<readonly ParkedCount[]> {
    const rows = this.store.sql(parked).all();
    return rows.map((row) => ({
      app: String(row['app']),
      provider: row['provider'] as ProviderName,
      batches: Number(row['batches']),
    }));
  }

  async dropOfSend(sendId: string, limit: number): Promise<number> {
    const { changes } = await this.store.write(() => this.store.sql(ofSend).run(sendId, sendId, limit));
    return Number(changes);
  }

  /** At the start of the one process that uses the file: whoever held a lease is dead, however fresh the lease. */
  async expireLeases(now: number): Promise<number> {
    const { changes } = await this.store.write(() => this.store.sql(expire).run(now));
    return Number(changes);
  }
}

/** An attempt as a row: columns that are asked for, and the rest as JSON. */
export interface AttemptRow {
  readonly id: string;
  readonly app: string;
  readonly sendId: string;
  readonly provider: string;
  readonly lane: string;
  readonly state: string;
  readonly epoch: number;
  readonly revision: number;
  readonly leaseUntil: number;
  readonly windowOpen: number;
  readonly createdAt: number;
  readonly body: string;
}

type Columns = 'id' | 'app' | 'sendId' | 'provider' | 'lane' | 'state' | 'epoch' | 'revision' | 'leaseUntil' | 'createdAt';

interface StoredBody extends Omit<Attempt, Columns | 'mask' | 'intended' | 'results' | 'doubt' | 'imported' | 'retry'> {
  readonly mask: string;
  readonly intended: string;
  readonly results: readonly (Omit<Attempt['results'][number], 'messages'> & { readonly messages: string })[];
  readonly doubt: string;
  readonly imported: string;
  readonly retry: readonly { readonly dueAt: number; readonly messages: string }[];
}

function attemptRow(attempt: Attempt): AttemptRow {
  const { id, app, sendId, provider, lane, state, epoch, revision, leaseUntil, createdAt, ...rest } = attempt;
  const windowOpen = state === 'claimed' && !attempt.intended.isEmpty ? 1 : 0;
  return { id, app, sendId, provider, lane, state, epoch, revision, leaseUntil, windowOpen, createdAt, body: JSON.stringify(rest) };
}

/** Reads a row of `SELECT *` from the table of attempts. */
function attemptOf(row: Readonly<Record<string, unknown>>): Attempt {
  const body = JSON.parse(String(row['body'])) as StoredBody;
  return {
    ...body,
    id: String(row['id']),
    app: String(row['app']),
    sendId: String(row['send_id']),
    provider: row['provider'] as Attempt['provider'],
    lane: row['lane'] as Attempt['lane'],
    state: row['state'] as AttemptState,
    epoch: Number(row['epoch']),
    revision: Number(row['revision']),
    leaseUntil: Number(row['lease_until']),
    createdAt: Number(row['created_at']),
    mask: IndexSet.parse(body.mask),
    intended: IndexSet.parse(body.intended),
    results: body.results.map((result) => ({ ...result, messages: IndexSet.parse(result.messages) })),
    doubt: IndexSet.parse(body.doubt),
    imported: IndexSet.parse(body.imported),
    retry: body.retry.map(({ dueAt, messages }) => ({ dueAt, messages: IndexSet.parse(messages) })),
  };
}
