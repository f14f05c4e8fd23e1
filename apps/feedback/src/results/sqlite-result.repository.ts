import type { DomainEvent } from '#libs/events';
import { StaleRevision, type ProviderName } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { resultOf, resultRow, type BatchResult, type PurgeTally } from '#libs/sends';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import { ResultRepository, type PendingFindings } from './result.repository.ts';

const columns = [
  'batch_id', 'send_id', 'provider', 'revision', 'settled', 'accepted', 'failed', 'suppressed', 'doubt', 'outcomes', 'suppressed_by',
  'confirmed_answers', 'confirmed_invalid', 'imported_answers', 'imported_invalid', 'pending', 'updated_at', 'due_at', 'body',
] as const; // prettier-ignore

const insert = `INSERT INTO results (${columns.join(', ')}) VALUES (${columns.map((column) => `:${column}`).join(', ')})`;
const update = `UPDATE results SET ${columns.map((column) => `${column} = :${column}`).join(', ')} WHERE batch_id = :batch_id AND revision = :revision - 1`;

export class SqliteResultRepository extends ResultRepository {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
  }

  async findById(batchId: string): Promise<BatchResult | undefined> {
    const row = this.store.sql('SELECT * FROM results WHERE batch_id = ?').get(batchId);
    return row && resultOf(row);
  }

  async save(result: BatchResult, events: readonly DomainEvent[]): Promise<void> {
    const row = resultRow(result);
    try {
      await this.store.write(() => {
        const { changes } = this.store.sql(result.revision === 1 ? insert : update).run(row);
        if (changes === 0) throw new StaleRevision(result.batchId);
        this.log.append(events);
      });
    } catch (error) {
      throw isUniqueClash(error) ? new StaleRevision(result.batchId, { cause: error }) : error;
    }
  }

  async dropOfSend(sendId: string, limit: number): Promise<number> {
    const drop = 'DELETE FROM results WHERE batch_id IN (SELECT batch_id FROM results WHERE send_id = ? LIMIT ?)';
    return Number((await this.store.write(() => this.store.sql(drop).run(sendId, limit))).changes);
  }

  async findDue(now: number, limit: number): Promise<readonly BatchResult[]> {
    return this.store.sql('SELECT * FROM results WHERE due_at <= ? ORDER BY due_at LIMIT ?').all(now, limit).map(resultOf);
  }

  async purgeTally(sendId: string, provider: ProviderName): Promise<PurgeTally> {
    const row = this.store
      .sql(
        `SELECT coalesce(sum(confirmed_answers), 0) AS ca, coalesce(sum(confirmed_invalid), 0) AS ci,
           coalesce(sum(imported_answers), 0) AS ia, coalesce(sum(imported_invalid), 0) AS ii
         FROM results WHERE send_id = ? AND provider = ?`,
      )
      .get(sendId, provider) as { ca: number; ci: number; ia: number; ii: number };
    return { confirmed: { answers: row.ca, invalid: row.ci }, imported: { answers: row.ia, invalid: row.ii } };
  }

  async withFindings(provider: ProviderName, after: string | null, limit: number): Promise<readonly BatchResult[]> {
    const sql = 'SELECT * FROM results WHERE pending > 0 AND provider = ? AND batch_id > ? ORDER BY batch_id LIMIT ?';
    return this.store
      .sql(sql)
      .all(provider, after ?? '', limit)
      .map(resultOf);
  }

  async pendingFindings(): Promise<Readonly<Record<string, PendingFindings>>> {
    const held = 'coalesce(sum(pending) FILTER (WHERE due_at IS NULL), 0)';
    const rows = this.store
      .sql(`SELECT provider, sum(pending) AS pending, ${held} AS held FROM results WHERE pending > 0 GROUP BY provider`)
      .all() as { provider: string; pending: number; held: number }[];
    return Object.fromEntries(rows.map(({ provider, pending, held: count }) => [provider, { all: pending, held: count }]));
  }
}
