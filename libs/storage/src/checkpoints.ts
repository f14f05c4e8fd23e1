import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Pages not yet copied that are worth a flush to disk: 32 MB. */
const worthPages = 8_192;

/** A log of 128 MB is to begin anew, though nobody pauses. */
const longLogPages = 4 * worthPages;

/** Where the log has come to this, writers wait for the copy; without a thread SQLite makes it itself, within a commit. */
export const maxLogPages = 2 * longLogPages;

interface Log {
  readonly pages: number;
  /** Pages that do not stand in the file yet. */
  readonly rest: number;
}

/**
 * Copies the write-ahead log into the file on a thread of its own: a flush to disk takes tens of milliseconds, in which nobody would be answered.
 * The thread starts with the first copy that is due. It touches nothing but the log, and to lose it at any instant loses nothing.
 *
 * The log begins anew when a write finds all of it copied. Under steady writes that never happens by itself, so once in a long while writers wait
 * for a last copy, of the little that was written during the one before.
 */
export class Checkpoints {
  readonly #look: StatementSync;
  #log: Log = { pages: 0, rest: 0 };
  #worker: Worker | undefined;
  #copy: 'none' | 'under way' | 'last' = 'none';
  /** Without a thread: it has failed, or the file is closed. */
  #isAlone = false;

  constructor(
    private readonly file: string,
    db: DatabaseSync,
    private readonly letWrite: () => void,
  ) {
    this.#look = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  }

  /** Nothing is to be committed until `letWrite` is called. */
  get holdsWrites(): boolean {
    return this.#copy === 'last' || (this.#copy === 'under way' && this.#log.pages > maxLogPages);
  }

  /** To be called after each commit; costs some microseconds. */
  committed(): void {
    if (this.#isAlone) return;
    this.#log = logAfter(this.#look);
    if (this.#copy === 'none' && this.#log.rest >= worthPages) this.#start('under way');
  }

  /** Lets a copy that is under way come to its end, which nobody waits for. */
  close(): void {
    this.#worker?.postMessage('end');
    this.#isAlone = true;
    this.#copy = 'none';
  }

  #start(copy: 'under way' | 'last'): void {
    this.#copy = copy;
    this.#worker ??= this.#started();
    this.#worker.postMessage('copy');
  }

  #started(): Worker {
    const script = new URL(`./checkpoint-thread${extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(script, { workerData: this.file, execArgv: [], resourceLimits: { maxYoungGenerationSizeMb: 1 } });
    worker.unref();
    worker.on('message', () => {
      if (!this.#isAlone) this.#copied();
    });
    worker.on('error', () => {
      this.#isAlone = true;
      this.#end();
    });
    return worker;
  }

  #copied(): void {
    if (this.#copy === 'under way' && this.#log.pages > longLogPages) this.#start('last');
    else this.#end();
  }

  #end(): void {
    this.#copy = 'none';
    this.letWrite();
  }
}

/** A log that cannot be read or copied now (full disk) is looked at again after the next commit. */
function logAfter(statement: StatementSync): Log {
  try {
    const { log, checkpointed } = statement.get() ?? {};
    return { pages: Number(log), rest: Number(log) - Number(checkpointed) };
  } catch {
    return { pages: 0, rest: 0 };
  }
}
