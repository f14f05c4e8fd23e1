import { crashPoint } from '#libs/kernel';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { Checkpoints, maxLogPages } from './checkpoints.ts';
import { DataFileUnusable } from './data-folder-errors.ts';
import { StorageFailure, worldlyReason } from './storage-failure.ts';
import { applyMigrations, isNewFile, type Migration } from './migration.ts';
import { SqliteStatement } from './sqlite-statement.ts';
import { transactionStatements, type TransactionStatements } from './transaction-statements.ts';

interface QueuedWrite {
  run(): void;
  settle(): void;
  fail(error: unknown): void;
}

export interface SqliteOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  /** `normal` survives `kill -9`; `full` also a power loss, at the price of a disk flush a write. Default `normal`. */
  readonly synchronous?: 'normal' | 'full';
}

const busyTimeoutMs = 20; // a longer wait would freeze the event loop; the write is tried again later instead
const busyRetries = 50;

/**
 * The embedded document store: one SQLite file in WAL mode, used by one process.
 * Reads are synchronous and short (callers page with `.all()`, never leave an iterator open across a tick).
 * Writes of one tick share a transaction. One that throws undoes only itself: all of them run again, each in a savepoint of its own, for which
 * SQLite copies every page that a write touches; only then is that needed.
 */
export class SqliteStore {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #isNew: boolean;
  readonly #statements = new Map<string, SqliteStatement>();
  readonly #transaction: TransactionStatements;
  readonly #checkpoints: Checkpoints;
  #queue: QueuedWrite[] = [];
  #flush: NodeJS.Immediate | undefined;
  #undone = 0;

  /** Throws DataFileUnusable. */
  constructor({ file, synchronous = 'normal' }: SqliteOptions) {
    this.#file = file;
    try {
      this.#db = new DatabaseSync(file, { timeout: busyTimeoutMs });
      this.#db.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = ${maxLogPages}; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;`,
      );
      this.#isNew = isNewFile(this.#db);
      this.#transaction = transactionStatements(this.#db);
      this.#checkpoints = new Checkpoints(file, this.#db, () => {
        if (this.#queue.length > 0) this.#commit(0);
      });
    } catch (error) {
      throw startFailure(file, error);
    }
  }

  /** Brings the file up to date; each migration runs once, in the order given. Safe to call from every adapter that shares it. Throws DataFileUnusable. */
  migrate(migrations: readonly Migration[]): void {
    try {
      applyMigrations(this.#db, migrations, !this.#isNew);
    } catch (error) {
      throw startFailure(this.#file, error);
    }
  }

  /** The prepared statement of a text, made once. */
  sql(text: string): SqliteStatement {
    let statement = this.#statements.get(text);
    if (!statement) {
      statement = this.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** A statement for a text that is made for one use, such as a compiled audience; `sql` would keep it for ever. */
  prepare(text: string): SqliteStatement {
    return new SqliteStatement(this.#db.prepare(text));
  }

  /** Rises whenever something written is undone: what a body has remembered of its writes until then may never come to be. */
  get undone(): number {
    return this.#undone;
  }

  /** Makes a pure function of ours, of as many values as it names, one of SQL. Statements that use it are prepared afterwards. Safe to repeat. */
  define(name: string, body: (first: SQLOutputValue, second: SQLOutputValue) => SQLInputValue): void {
    this.#db.function(name, { deterministic: true }, body);
  }

  /**
   * Runs a synchronous body inside a transaction and answers after COMMIT. What the body throws is thrown here and undoes the body. It may run
   * twice, so it changes nothing but the file.
   * Throws DependencyUnavailable when the file cannot be written (full disk, read-only folder).
   */
  write<T>(body: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let result: T;
      this.#queue.push({
        run: () => {
          result = body();
        },
        settle: () => {
          resolve(result);
        },
        fail: reject,
      });
      this.#flush ??= setImmediate(() => {
        this.#commit(0);
      });
    });
  }

  /** Writes what is queued, then closes the file. */
  close(): void {
    this.#checkpoints.close();
    if (this.#queue.length > 0) this.#commit(busyRetries);
    if (this.#flush) clearImmediate(this.#flush);
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #commit(tries: number): void {
    if (this.#checkpoints.holdsWrites) return;
    const batch = this.#queue;
    this.#queue = [];
    this.#flush = undefined;
    if (!this.#begin(batch, tries)) return;
    try {
      for (const write of batch) write.run();
    } catch {
      this.#undone += 1;
      if (this.#db.isTransaction) this.#transaction.rollback.run(); // a full disk may have ended it
      if (this.#begin(batch, tries)) this.#commitApart(batch);
      return;
    }
    this.#end(batch, batch, []);
  }

  /** False when the writes wait for another try, or have failed. */
  #begin(batch: QueuedWrite[], tries: number): boolean {
    try {
      this.#transaction.begin.run();
      return true;
    } catch (error) {
      this.#retryOrFail(batch, tries, error);
      return false;
    }
  }

  #commitApart(batch: readonly QueuedWrite[]): void {
    const done: QueuedWrite[] = [];
    const failed: [QueuedWrite, unknown][] = [];
    for (const write of batch) {
      this.#transaction.save.run();
      try {
        write.run();
        done.push(write);
      } catch (error) {
        this.#undone += 1;
        if (this.#db.isTransaction) this.#transaction.undo.run();
        failed.push([write, error]);
      }
      if (!this.#db.isTransaction) break; // a full disk may end the whole transaction
      this.#transaction.release.run();
    }
    this.#end(batch, done, failed);
  }

  #end(batch: readonly QueuedWrite[], done: readonly QueuedWrite[], failed: readonly [QueuedWrite, unknown][]): void {
    try {
      crashPoint('store.commit.before');
      this.#transaction.commit.run();
      crashPoint('store.commit.after');
    } catch (error) {
      this.#undone += 1;
      if (this.#db.isTransaction) this.#transaction.rollback.run();
      for (const write of batch) write.fail(new StorageFailure('the data file', { cause: failed[0]?.[1] ?? error }));
      return;
    }
    for (const write of done) write.settle();
    for (const [write, error] of failed) write.fail(StorageFailure.from(error));
    this.#checkpoints.committed();
  }

  #retryOrFail(batch: QueuedWrite[], tries: number, error: unknown): void {
    if (StorageFailure.isBusy(error) && tries < busyRetries) {
      this.#queue.unshift(...batch);
      if (this.#flush) clearImmediate(this.#flush);
      setTimeout(
        () => {
          this.#commit(tries + 1);
        },
        5 + Math.random() * 20,
      );
      return;
    }
    for (const write of batch) write.fail(StorageFailure.from(error));
  }
}

function startFailure(file: string, error: unknown): unknown {
  const why = worldlyReason(error);
  return why === undefined ? error : new DataFileUnusable(file, why, { cause: error });
}
