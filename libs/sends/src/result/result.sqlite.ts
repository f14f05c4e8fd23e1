import type { DomainEvent } from '#libs/events';
import { type ProviderName, StaleRevision } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { type Migration, type SqliteStore, isUniqueClash } from '#libs/storage';
import { IndexSet } from '../index-set.ts';
import { placeOfBatch } from '../page/page.ts';
import { ResultReader, type ResultRepository, type PendingFindings } from './result.store.ts';
import { type AlikeResults, type BatchResult, type PurgeTally, countsOf, sumsOf, tallyOf, type ResultSums } from './result.ts';

/** Results of batches: what is summed stands in columns, covered by an index, so that sums never read the bodies. */
export const resultMigrations: readonly Migration[] = [
  {
    id: 'results-001',
    sql: `
      CREATE TABLE results (
        batch_id TEXT PRIMARY KEY, send_id TEXT NOT NULL, provider TEXT NOT NULL, revision INTEGER NOT NULL,
        settled INTEGER NOT NULL, accepted INTEGER NOT NULL, failed INTEGER NOT NULL, suppressed INTEGER NOT NULL, doubt INTEGER NOT NULL,
        outcomes TEXT NOT NULL, suppressed_by TEXT NOT NULL,
        confirmed_answers INTEGER NOT NULL, confirmed_invalid INTEGER NOT NULL, imported_answers INTEGER NOT NULL, imported_invalid INTEGER NOT NULL,
        pending INTEGER NOT NULL, updated_at INTEGER NOT NULL, due_at INTEGER, body TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX results_sums ON results (
        send_id, provider, settled, accepted, failed, suppressed, doubt, outcomes, suppressed_by,
        confirmed_answers, confirmed_invalid, imported_answers, imported_invalid, updated_at
      );
      CREATE INDEX results_due ON results (due_at) WHERE due_at IS NOT NULL;
      CREATE INDEX results_pending ON results (provider) WHERE pending > 0;
    `,
  },
];

export class SqliteResultReader extends ResultReader {
  constructor(protected readonly store: SqliteStore) {
    super();
  }

  async findById(batchId: string): Promise<BatchResult | undefined> {
    const row = this.store.sql('SELECT * FROM results WHERE batch_id = ?').get(batchId);
    return row && resultOf(row);
  }

  async findByIds(batchIds: readonly string[]): Promise<ReadonlyMap<string, BatchResult>> {
    const rows = this.store.sql('SELECT * FROM results WHERE batch_id IN (SELECT value FROM json_each(?))').all(JSON.stringify(batchIds));
    return new Map(rows.map((row) => [row['batch_id'] as string, resultOf(row)]));
  }

  async sums(sendId: string): Promise<ResultSums> {
    const rows = this.store
      .sql(
        `SELECT provider, outcomes, suppressed_by AS suppressedBy, sum(settled) AS settled, sum(accepted) AS accepted,
           sum(failed) AS failed, sum(suppressed) AS suppressed, sum(doubt) AS doubt, count(*) AS batches, max(updated_at) AS updatedAt
         FROM results WHERE send_id = ? GROUP BY provider, outcomes, suppressed_by`,
      )
      .all(sendId);
    return sumsOf(rows as unknown as readonly AlikeResults[]);
  }
}

const columns = [
  'batch_id', 'send_id', 'provider', 'revision', 'settled', 'accepted', 'failed', 'suppressed', 'doubt', 'outcomes', 'suppressed_by',
  'confirmed_answers', 'confirmed_invalid', 'imported_answers', 'imported_invalid', 'pending', 'updated_at', 'due_at', 'body',
] as const; // prettier-ignore

const insert = `INSERT INTO results (${columns.join(', ')}) VALUES (${columns.map((column) => `:${column}`).join(', ')})`;
const update = `UPDATE results SET ${columns.map((column) => `${column} = :${column}`).join(', ')} WHERE batch_id = :batch_id AND revision = :revision - 1`;

export class SqliteResultRepository extends SqliteResultReader implements ResultRepository {
  constructor(
    store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super(store);
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

type Body = Pick<
  BatchResult,
  'app' | 'lane' | 'size' | 'seen' | 'results' | 'depths' | 'final' | 'doubts' | 'imported' | 'pendingFindings'
>;

function resultRow(result: BatchResult) {
  const { app, lane, size, seen, results, depths, final, doubts, imported, pendingFindings } = result;
  const body: Body = { app, lane, size, seen, results, depths, final, doubts, imported, pendingFindings };
  const counts = countsOf(result);
  const { confirmed, imported: importedTally } = tallyOf(result);
  return {
    batch_id: result.batchId,
    send_id: result.sendId,
    provider: result.provider,
    revision: result.revision,
    settled: result.settled ? 1 : 0,
    accepted: counts.accepted,
    failed: counts.failed,
    suppressed: counts.suppressed,
    doubt: counts.possibleDuplicates,
    outcomes: JSON.stringify(counts.outcomes),
    suppressed_by: JSON.stringify(counts.suppressedBy),
    confirmed_answers: confirmed.answers,
    confirmed_invalid: confirmed.invalid,
    imported_answers: importedTally.answers,
    imported_invalid: importedTally.invalid,
    pending: pendingFindings.length,
    updated_at: result.updatedAt,
    due_at: result.dueAt,
    body: JSON.stringify(body),
  };
}

function resultOf(row: Record<string, unknown>): BatchResult {
  const batchId = row['batch_id'] as string;
  const { sendId, slice } = placeOfBatch(batchId);
  const body = JSON.parse(row['body'] as string) as Omit<Body, 'results' | 'depths' | 'final' | 'imported'> & {
    results: (Omit<BatchResult['results'][number], 'messages'> & { messages: string })[];
    depths: { depth: number; messages: string }[];
    final: string;
    imported: string;
  };
  return {
    ...body,
    batchId,
    sendId,
    slice,
    provider: row['provider'] as BatchResult['provider'],
    revision: row['revision'] as number,
    results: body.results.map((result) => ({ ...result, messages: IndexSet.parse(result.messages) })),
    depths: body.depths.map(({ depth, messages }) => ({ depth, messages: IndexSet.parse(messages) })),
    final: IndexSet.parse(body.final),
    imported: IndexSet.parse(body.imported),
    settled: row['settled'] === 1,
    updatedAt: row['updated_at'] as number,
    dueAt: row['due_at'] as number | null,
  };
}
