import type { ImportJob } from './import-job.ts';

type Keys = 'id' | 'app' | 'revision' | 'step';
type Progress = 'position' | 'counts' | 'problems' | 'committedAt' | 'workedMs';

/** What calls write of a job, and what commits of lines write of it: neither undoes the other. */
export type JobProgress = Pick<ImportJob, Progress>;
export type JobDocument = Omit<ImportJob, Keys | Progress>;

export function progressOf({ position, counts, problems, committedAt, workedMs }: ImportJob): JobProgress {
  return { position, counts, problems, committedAt, workedMs };
}

export function documentOf({
  format,
  mode,
  dryRun,
  state,
  failure,
  expectedParts,
  parts,
  createdAt,
  startedAt,
  finishedAt,
}: ImportJob): JobDocument {
  return { format, mode, dryRun, state, failure, expectedParts, parts, createdAt, startedAt, finishedAt };
}

export function jobFrom(keys: Pick<ImportJob, Keys>, document: JobDocument, progress: JobProgress): ImportJob {
  return { ...keys, ...document, ...progress };
}
