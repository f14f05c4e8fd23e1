import { IndexSet } from '../index-set.ts';
import { placeOfBatch } from '../plan/page.ts';
import { countsOf, type BatchResult } from './batch-result.ts';
import { tallyOf } from './purge-tally.ts';

type Body = Pick<
  BatchResult,
  'app' | 'lane' | 'size' | 'seen' | 'results' | 'depths' | 'final' | 'doubts' | 'imported' | 'pendingFindings'
>;

export function resultRow(result: BatchResult) {
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

export function resultOf(row: Record<string, unknown>): BatchResult {
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
