import { DependencyUnavailable, PushError, StaleRevision, note, type Clock } from '#libs/kernel';
import type { ExportJob, ExportRepository, InstallationRepository, UserRepository } from '#libs/registry';
import type { FileKeeper } from '#libs/storage';
import { exportRows, fileOf } from './export-rows.ts';
import { folderOfExport } from './manage-exports.ts';
import { sealedTo } from './seal-file.ts';

const leaseMs = 30_000;
const toldEveryMs = 1_000;
const hourMs = 3_600_000;
const oldStep = 20;

/** The process ends before the file does. */
class Stopped extends Error {}

/**
 * Writes the files of exports, one after the other. A file is there whole or not at all: what a process that died had of it goes, and another one begins anew
 * once the lease is over.
 */
export class RunExports {
  #isStopping = false;

  constructor(
    private readonly exports: ExportRepository,
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    private readonly files: FileKeeper,
    private readonly clock: Clock,
  ) {}

  onModuleDestroy(): void {
    this.#isStopping = true;
  }

  async execute(): Promise<void> {
    for (;;) {
      const job = this.#isStopping ? undefined : await this.exports.findRunning(this.clock.now());
      if (!job) return;
      await this.#write(job).catch((error: unknown) => {
        if (!(error instanceof StaleRevision || error instanceof Stopped)) throw error; // another process has it, or none
      });
    }
  }

  /** Exports that were made so long ago go, with their files. */
  async forget(hours: number): Promise<void> {
    for (const job of await this.exports.findOld(this.clock.now() - hours * hourMs, oldStep)) {
      await this.files.removeFolder(folderOfExport(job));
      await this.exports.remove(job);
    }
  }

  async #write(job: ExportJob): Promise<void> {
    let current = await this.#save(job, { leaseUntil: this.clock.now() + leaseMs });
    let toldAt = performance.now();
    const wrote = async (rows: number): Promise<void> => {
      if (this.#isStopping) throw new Stopped();
      if (performance.now() - toldAt < toldEveryMs) return;
      toldAt = performance.now();
      current = await this.#save(current, { rows, leaseUntil: this.clock.now() + leaseMs });
    };
    let rows = 0;
    const counted = (written: number): Promise<void> => {
      rows = written;
      return wrote(written);
    };
    try {
      const file = fileOf(
        exportRows(job, { exports: this.exports, installations: this.installations, users: this.users }),
        job.format,
        counted,
      );
      const bytes = await this.files.write(`${folderOfExport(job)}/file`, job.recipient === null ? file : sealedTo(job.recipient, file));
      await this.#save(current, { state: 'done', rows, bytes, finishedAt: this.clock.now() });
      note('export done', { app: job.app, exportId: job.id, rows, bytes });
    } catch (error) {
      if (error instanceof StaleRevision) throw error;
      if (error instanceof Stopped || error instanceof DependencyUnavailable) await this.#save(current, { leaseUntil: 0 });
      else await this.#save(current, { state: 'failed', failure: error instanceof PushError ? error.code : 'internal_error', finishedAt: this.clock.now() }); // prettier-ignore
      throw error;
    }
  }

  async #save(job: ExportJob, change: Partial<ExportJob>): Promise<ExportJob> {
    const next = { ...job, ...change, revision: job.revision + 1 };
    await this.exports.save(next);
    return next;
  }
}
