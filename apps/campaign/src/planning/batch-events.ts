import { batchPlannedV1, eventOf, type DomainEvent } from '#libs/events';
import { firstAttemptId, type PageHeader, type PlannedBatch } from '#libs/sends';
import { source } from '../send/new-send.ts';

type Planned = Pick<PageHeader, 'app' | 'sendId'>;

/** Tells dispatchers of batches; saying it again is harmless, because an attempt is claimed once. */
export function batchesPlanned({ app, sendId }: Planned, batches: readonly PlannedBatch[], at: number): DomainEvent[] {
  return batches.map(({ id, provider, lane }) =>
    eventOf(batchPlannedV1, { app, sendId, batchId: id, attemptId: firstAttemptId(id), provider, lane }, { source, at }),
  );
}
