import { eventOf, importFinishedV1, type DomainEvent } from '#libs/events';
import { uuid5 } from '#libs/kernel';
import type { ImportJob } from '#libs/registry';

type EndedState = 'done' | 'failed' | 'cancelled';

/** The import as it is when it is over. `at` in ms. */
export function endedImport<S extends EndedState>(job: ImportJob, state: S, failure: string | null, at: number): ImportJob & { state: S } {
  return { ...job, state, failure, finishedAt: at, revision: job.revision + 1 };
}

/** What is told of its end: always with the same id for the same end. */
export function endOf({ app, id, counts, failure, finishedAt }: ImportJob, state: EndedState): DomainEvent {
  const { lines, created, updated, existing, rejected } = counts;
  const data = { app, importId: id, state, failure, counts: { lines, created, updated, existing, rejected } };
  const eventId = state === 'cancelled' ? uuid5('import.finished', id, state) : uuid5('import.finished', id);
  return eventOf(importFinishedV1, data, { id: eventId, source: 'carillon/registration', at: finishedAt ?? 0 });
}
