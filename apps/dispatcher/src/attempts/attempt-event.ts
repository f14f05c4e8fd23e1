import { batchAttemptedV1, eventOf, type DomainEvent } from '#libs/events';
import { isoTime, uuid5 } from '#libs/kernel';
import type { Attempt } from '#libs/sends';
import { messagesToRetry } from './retry-plan.ts';

/** Tells what the attempt knows so far; a later revision says it again with more. */
export function attemptEvent(attempt: Attempt): DomainEvent {
  const { app, sendId, batchId, depth, revision, provider, lane, tokens } = attempt;
  const data = {
    app, sendId, batchId, attemptId: attempt.id, depth, revision, provider, lane,
    at: isoTime(attempt.updatedAt),
    results: attempt.results.map(({ outcome, reason, messages }) => ({ outcome, reason, messages: messages.toString() })),
    retrying: messagesToRetry(attempt.retry).toString(),
    doubt: attempt.doubt.toString(),
    ...(attempt.doubtAgain > 0 && { doubtAgain: attempt.doubtAgain }),
    imported: attempt.imported.toString(),
    tokens: [...tokens],
  }; // prettier-ignore
  return eventOf(batchAttemptedV1, data, {
    id: uuid5('batch.attempted', attempt.id, String(revision)),
    source: 'carillon/dispatcher',
    subject: attempt.batchId,
    at: attempt.updatedAt,
  });
}
