import { isAlive, type AppRepository } from '#libs/access';
import { DependencyUnavailable, PushError, StaleRevision, note, type Clock } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import { ImportTakenOver, type ImportJob, type ImportLines, type ImportRepository, type RegistrySettings } from '#libs/registry';
import { FileMissing, type FileKeeper } from '#libs/storage';
import { endOf, endedImport } from './ended-import.ts';
import { IMPORT_FORMATS, type FormatName } from './import-formats.ts';
import { folderOf } from './manage-imports.ts';
import { readLines } from './read-lines.ts';

/** One turn of the sweep; its lock outlives it, so that no other process begins beside it. */
const turnMs = 4_000;
const dayMs = 86_400_000;
const oldStep = 20;

/**
 * Carries running imports on, the oldest first, from the last committed line: whoever died before leaves nothing to undo. Works for one turn, so call it
 * again; stops at once when the process does.
 */
export class RunImports {
  #isStopping = false;

  constructor(
    private readonly imports: ImportRepository,
    private readonly importLines: ImportLines,
    private readonly files: FileKeeper,
    private readonly apps: AppRepository,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  onModuleDestroy(): void {
    this.#isStopping = true;
  }

  async execute(): Promise<void> {
    const end = performance.now() + turnMs;
    while (performance.now() < end && !this.#isStopping) {
      const job = await this.imports.findRunning();
      if (!job) return;
      await this.#carryOn(job, end);
    }
  }

  /** Imports that were made so long ago go, with what is left of their files. */
  async forget(days: number): Promise<void> {
    for (const job of await this.imports.findOld(this.clock.now() - days * dayMs, oldStep)) {
      await this.files.removeFolder(folderOf(job));
      await this.imports.remove(job);
    }
  }

  async #carryOn(job: ImportJob, end: number): Promise<void> {
    try {
      const app = await this.apps.findById(job.app);
      if (isAlive(app)) await this.#read(job, app.settings, end);
      else await this.#end(job, 'failed', 'app_not_found');
    } catch (error) {
      if (error instanceof ImportTakenOver || error instanceof StaleRevision || error instanceof DependencyUnavailable) throw error;
      // A fault of ours, or a file that is gone: the import ends with its word, and holds up no other.
      await this.#end(job, 'failed', error instanceof PushError ? error.code : 'internal_error');
      if (!(error instanceof FileMissing)) throw error;
    }
  }

  async #read(job: ImportJob, settings: RegistrySettings, end: number): Promise<void> {
    const format = IMPORT_FORMATS[job.format as FormatName];
    let current = job;
    for (const { part } of job.parts.filter((one) => one.part >= (job.position?.part ?? 0))) {
      const from = current.position?.part === part ? current.position : null;
      const open = (offset: number) => this.files.read(`${folderOf(job)}/${part}`, offset);
      let readAt = performance.now();
      for await (const lines of readLines(open, format, job.format === 'carillon', from)) {
        current = await this.importLines.execute({ job: current, part, lines, settings, readMs: performance.now() - readAt });
        if (performance.now() >= end || this.#isStopping) return;
        if ((await this.imports.findById(job.app, job.id))?.state !== 'running') return;
        readAt = performance.now();
      }
    }
    await this.#end(current, 'done', null);
  }

  async #end({ app, id }: ImportJob, state: 'done' | 'failed', failure: string | null): Promise<void> {
    const job = await this.imports.findById(app, id);
    if (job?.state !== 'running') return;
    const ended = endedImport(job, state, failure, this.clock.now());
    await this.events.publish([endOf(ended, state)]); // before it is stored: after a crash in between it is told again, with the same id
    await this.imports.save(ended);
    await this.files.removeFolder(folderOf(job));
    note(`import ${state}`, { app, importId: id, ...job.counts, failure });
  }
}
