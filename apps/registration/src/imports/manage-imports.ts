import { againWhenStale, newId, note, type Clock } from '#libs/kernel';
import type { EventPublisher } from '#libs/messaging';
import { NO_COUNTS, type ImportJob, type ImportRepository } from '#libs/registry';
import type { FileKeeper } from '#libs/storage';
import { endOf, endedImport } from './ended-import.ts';
import { ImportNotFound, ImportNotReady, PartTooLarge, TooManyImports } from './import-errors.ts';
import { MAX_PARTS, type NewImportBody } from './import-record.ts';

/** 1 GiB, inflated. */
const maxPartBytes = 1_073_741_824;

const maxUnfinished = 20;
const conflicts = 50;

/** Where the parts of an import are kept. */
export function folderOf({ app, id }: Pick<ImportJob, 'app' | 'id'>): string {
  return `imports/${app}/${id}`;
}

/** Makes imports, takes their parts, and starts and cancels them; lines are read by the sweep. */
export class ManageImports {
  constructor(
    private readonly imports: ImportRepository,
    private readonly files: FileKeeper,
    private readonly events: EventPublisher,
    private readonly clock: Clock,
  ) {}

  /** Throws TooManyImports. */
  async create(app: string, { format, mode, dryRun, parts }: NewImportBody): Promise<ImportJob> {
    const recent = await this.imports.list(app, 1_000);
    const unfinished = recent.filter(({ state }) => state === 'open' || state === 'running');
    if (unfinished.length >= maxUnfinished) throw new TooManyImports(maxUnfinished);
    const job: ImportJob = {
      id: newId(),
      app,
      revision: 1,
      step: 0,
      format,
      mode,
      dryRun,
      state: 'open',
      failure: null,
      expectedParts: parts ?? null,
      parts: [],
      position: null,
      counts: NO_COUNTS,
      problems: [],
      createdAt: this.clock.now(),
      startedAt: null,
      finishedAt: null,
      committedAt: null,
      workedMs: 0,
    };
    await this.imports.insert(job);
    return job;
  }

  /** Throws ImportNotFound. */
  async find(app: string, id: string): Promise<ImportJob> {
    const job = await this.imports.findById(app, id);
    if (!job) throw new ImportNotFound(id);
    return job;
  }

  /** A part, whole or not at all, in place of one of the same number. Throws ImportNotFound, ImportNotReady, PartTooLarge. */
  async putPart(app: string, id: string, part: number, bytes: AsyncIterable<Uint8Array>): Promise<{ part: number; bytes: number }> {
    const job = await this.find(app, id);
    mustBeOpen(job);
    const length = await this.files.write(`${folderOf(job)}/${part}`, limited(bytes));
    const stored = { part, bytes: length };
    await this.#change(app, id, (current) => {
      mustBeOpen(current);
      const others = current.parts.filter((one) => one.part !== part);
      if (others.length >= MAX_PARTS) throw new ImportNotReady(`An import has at most ${MAX_PARTS} parts`);
      return { ...current, parts: [...others, stored].sort((a, b) => a.part - b.part) };
    });
    return stored;
  }

  /** Safe to repeat. Throws ImportNotFound, ImportNotReady. */
  async start(app: string, id: string): Promise<ImportJob> {
    const job = await this.#change(app, id, (current) => {
      if (current.state === 'running' || current.state === 'done') return undefined;
      mustBeOpen(current);
      const { parts, expectedParts } = current;
      if (parts.length === 0) throw new ImportNotReady('No part has come yet');
      if (expectedParts !== null && parts.length !== expectedParts) {
        throw new ImportNotReady(`${parts.length} parts of ${expectedParts} have come`);
      }
      return { ...current, state: 'running', startedAt: this.clock.now() };
    });
    note('import started', { app, importId: id, format: job.format });
    return job;
  }

  /** Lines that are being written are, and no more. Safe to repeat. Throws ImportNotFound, ImportNotReady for one that is over. */
  async cancel(app: string, id: string): Promise<ImportJob> {
    const job = await this.#change(app, id, (current) => {
      if (current.state === 'cancelled') return undefined;
      if (current.state !== 'open' && current.state !== 'running') throw new ImportNotReady('The import is over');
      return endedImport(current, 'cancelled', null, this.clock.now());
    });
    // Once it is sure that it did not end otherwise. A caller who was not answered calls again, and it is told again with the same id.
    await this.events.publish([endOf(job, 'cancelled')]);
    await this.files.removeFolder(folderOf(job));
    note('import cancelled', { app, importId: id });
    return job;
  }

  async #change(app: string, id: string, next: (current: ImportJob) => ImportJob | undefined): Promise<ImportJob> {
    return againWhenStale(conflicts, async () => {
      const current = await this.find(app, id);
      const changed = next(current);
      if (!changed) return current;
      const written = { ...changed, revision: current.revision + 1 };
      await this.imports.save(written);
      return written;
    });
  }
}

function mustBeOpen({ state }: ImportJob): void {
  if (state !== 'open') throw new ImportNotReady(`The import is ${state}; parts come, and it starts, while it is open`);
}

async function* limited(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const some of bytes) {
    length += some.length;
    if (length > maxPartBytes) throw new PartTooLarge(maxPartBytes);
    yield some;
  }
}
