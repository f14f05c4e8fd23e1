import { unlessStale, type Clock, type ErasureKeys } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import {
  CarryOutErasures,
  recordsEraser,
  type ErasedPerson,
  type ErasureRepository,
  type ExportJob,
  type ExportRepository,
  type ImportJob,
  type ImportRepository,
  type PersonEraser,
  type PersonalRecords,
} from '#libs/registry';
import { FileMissing, type FileKeeper } from '#libs/storage';
import { folderOfExport } from '../exports/manage-exports.ts';
import { endOf, endedImport } from '../imports/ended-import.ts';
import { folderOf } from '../imports/manage-imports.ts';
import { isPersonIn } from './person-in-file.ts';

/** Why a job has no file any more. */
const failure = 'person_erased';
const jobsAtOnce = 1_000;

/** Files that hold the person go, whole: an export is made again in minutes, and an import that is still to be read would bring the person back. */
export class RegistrationErasures extends CarryOutErasures {
  constructor(
    imports: ImportRepository,
    exports: ExportRepository,
    files: FileKeeper,
    records: PersonalRecords,
    erasures: ErasureRepository,
    keys: ErasureKeys,
    events: EventPublisher,
    clock: Clock,
  ) {
    const problems = recordsEraser('imports', { change: 'rewrite', parts: ['import_problems'] }, { records, keys, clock });
    super(
      'registration',
      [importEraser(imports, files, problems, events, clock), exportEraser(exports, files, clock)],
      erasures,
      keys,
      events,
      clock,
    );
  }
}

function importEraser(
  imports: ImportRepository,
  files: FileKeeper,
  problems: PersonEraser,
  events: EventPublisher,
  clock: Clock,
): PersonEraser {
  const isUnread = ({ state }: ImportJob) => state === 'open' || state === 'running';
  return {
    store: 'imports',
    erase: async (erasure, person, after) => {
      let removed = 0;
      const jobs = after === null ? (await imports.list(erasure.app, jobsAtOnce)).filter(isUnread) : [];
      for (const job of jobs) {
        if (!(await isInParts(job, files, person))) continue;
        const { app, id } = job;
        await unlessStale(cancel(imports, events, app, id, clock.now())); // it has ended or moved on since: the second round looks again
        await files.removeFolder(folderOf(job));
        removed += 1;
      }
      const rewritten = await problems.erase(erasure, person, after);
      return { ...rewritten, removed: rewritten.removed + removed };
    },
  };
}

async function cancel(imports: ImportRepository, events: EventPublisher, app: string, id: string, now: number): Promise<void> {
  const job = await imports.findById(app, id);
  if (job?.state !== 'open' && job?.state !== 'running') return;
  const ended = { ...endedImport(job, 'cancelled', failure, now), parts: [] };
  await imports.save(ended);
  await events.publish([endOf(ended, 'cancelled')]);
}

async function isInParts(job: ImportJob, files: FileKeeper, person: ErasedPerson): Promise<boolean> {
  for (const { part } of job.parts) if (await isKept(files, `${folderOf(job)}/${part}`, person)) return true;
  return false;
}

/** A sealed file cannot be looked into, and one that is being written may have the person already: the one goes, the other begins anew. */
function exportEraser(exports: ExportRepository, files: FileKeeper, clock: Clock): PersonEraser {
  return {
    store: 'exports',
    erase: async ({ app }, person) => {
      let removed = 0;
      for (const job of await exports.findOld(clock.now() + 1, jobsAtOnce)) {
        if (job.app === app && job.state !== 'failed' && (await hasPerson(job, files, person)))
          removed += await drop(job, exports, files, clock.now());
      }
      return { removed, after: null };
    },
  };
}

async function hasPerson(job: ExportJob, files: FileKeeper, person: ErasedPerson): Promise<boolean> {
  if (job.state === 'running' || job.recipient !== null) return true;
  return isKept(files, `${folderOfExport(job)}/file`, person);
}

async function drop(job: ExportJob, exports: ExportRepository, files: FileKeeper, now: number): Promise<number> {
  const isRunning = job.state === 'running';
  const change = isRunning ? { leaseUntil: 0, rows: 0 } : { state: 'failed' as const, failure, bytes: null, finishedAt: now };
  await unlessStale(exports.save({ ...job, ...change, revision: job.revision + 1 })); // its writer was faster: the second round looks again
  await files.removeFolder(folderOfExport(job));
  return isRunning ? 0 : 1;
}

async function isKept(files: FileKeeper, name: string, person: ErasedPerson): Promise<boolean> {
  try {
    return await isPersonIn(files.read(name), person);
  } catch (error) {
    if (error instanceof FileMissing) return false;
    throw error;
  }
}
