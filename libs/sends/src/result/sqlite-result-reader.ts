import type { SqliteStore } from '#libs/storage';
import type { BatchResult } from './batch-result.ts';
import { ResultReader, type ResultSums } from './result-reader.ts';
import { resultOf } from './result-row.ts';
import { sumsOf, type AlikeResults } from './result-sums.ts';

export class SqliteResultReader extends ResultReader {
  constructor(private readonly store: SqliteStore) {
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
