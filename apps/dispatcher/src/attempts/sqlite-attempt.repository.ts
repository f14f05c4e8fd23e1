import type { DomainEvent } from '#libs/events';
import type { ProviderName } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { attemptMigrations, attemptOf, attemptRow, type Attempt } from '#libs/sends';
import type { SqliteStore } from '#libs/storage';
import { AttemptRepository, type ParkedCount } from './attempt.repository.ts';

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
  WHERE send_id = ?2 AND sweep_at IS NOT NULL AND sweep_at > ?3 AND state <> 'claimed' AND (?4 IS NULL OR parked_for = ?4)`;
const known = 'SELECT id FROM attempts WHERE id IN (SELECT value FROM json_each(?))';
const parked = "SELECT app, provider, count(*) AS batches FROM attempts WHERE state = 'parked' GROUP BY app, provider";
// Ids begin with that of their send: a range of the primary key.
const ofSend = "DELETE FROM attempts WHERE id IN (SELECT id FROM attempts WHERE id > ? || ':' AND id < ? || ';' LIMIT ?)";
const expire = "UPDATE attempts SET lease_until = 0, sweep_at = min(sweep_at, ?) WHERE sweep_at IS NOT NULL AND state = 'claimed'";

export class SqliteAttemptRepository extends AttemptRepository {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
    store.migrate(attemptMigrations);
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

  async findById(id: string): Promise<Attempt | undefined> {
    const row = this.store.sql('SELECT * FROM attempts WHERE id = ?').get(id);
    return row && attemptOf(row);
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

  async hurry(sendId: string, parkedFor: string | null, at: number, laterThan: number): Promise<void> {
    await this.store.write(() => this.store.sql(hurry).run(at, sendId, laterThan, parkedFor));
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
