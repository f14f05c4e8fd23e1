import type { SqliteStore } from '#libs/storage';
import type { BatchResult } from './batch-result.ts';
import { ResultReader, type ResultSums } from './result-reader.ts';
import { resultOf } from './result-row.ts';

interface ProviderSums {
  accepted: number;
  failed: number;
  suppressed: number;
  settledBatches: number;
}

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
        `SELECT provider, outcomes, suppressed_by, sum(settled) AS settled, sum(accepted) AS accepted, sum(failed) AS failed,
           sum(suppressed) AS suppressed, sum(doubt) AS doubt, count(*) AS batches, max(updated_at) AS updated_at
         FROM results WHERE send_id = ? GROUP BY provider, outcomes, suppressed_by`,
      )
      .all(sendId);
    return added(rows);
  }
}

/** Batches whose counts are alike come as one row: their texts are parsed once and multiplied. */
function added(rows: readonly Record<string, unknown>[]): ResultSums {
  const totals = { accepted: 0, failed: 0, suppressed: 0, possibleDuplicates: 0, settledBatches: 0 };
  const outcomes: Record<string, number> = {};
  const suppressedBy: Record<string, number> = {};
  const byProvider: Record<string, ProviderSums> = {};
  let updatedAt: number | null = null;
  for (const row of rows) {
    const of = (column: string) => row[column] as number;
    const provider = (byProvider[row['provider'] as string] ??= { accepted: 0, failed: 0, suppressed: 0, settledBatches: 0 });
    for (const into of [totals, provider]) {
      into.accepted += of('accepted');
      into.failed += of('failed');
      into.suppressed += of('suppressed');
      into.settledBatches += of('settled');
    }
    totals.possibleDuplicates += of('doubt');
    addTimes(outcomes, row['outcomes'] as string, of('batches'));
    addTimes(suppressedBy, row['suppressed_by'] as string, of('batches'));
    updatedAt = Math.max(updatedAt ?? 0, of('updated_at'));
  }
  return { ...totals, outcomes, suppressedBy, byProvider, updatedAt };
}

function addTimes(into: Record<string, number>, counts: string, times: number): void {
  for (const [name, count] of Object.entries(JSON.parse(counts) as Record<string, number>)) into[name] = (into[name] ?? 0) + count * times;
}
