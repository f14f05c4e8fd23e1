import type { SQLInputValue, SQLOutputValue, StatementResultingChanges, StatementSync } from 'node:sqlite';
import { StorageFailure } from './storage-failure.ts';

type Parameters = SQLInputValue[] | [Record<string, SQLInputValue>, ...SQLInputValue[]];
type Row = Record<string, SQLOutputValue>;

/** A prepared statement. What the world did (full disk, damaged file) is thrown as DependencyUnavailable, everything else as it is. */
export class SqliteStatement {
  readonly #statement: StatementSync;
  #givesArrays = false;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  get(...parameters: Parameters): Row | undefined {
    this.#giveArrays(false);
    return this.#guarded(() => this.#statement.get(...(parameters as SQLInputValue[])));
  }

  all(...parameters: Parameters): Row[] {
    this.#giveArrays(false);
    return this.#guarded(() => this.#statement.all(...(parameters as SQLInputValue[])));
  }

  /** As `all`, each row as its values in the order of the columns: a quarter less work where there are many. */
  tuples(...parameters: Parameters): SQLOutputValue[][] {
    this.#giveArrays(true);
    return this.#guarded(() => this.#statement.all(...(parameters as SQLInputValue[])) as unknown as SQLOutputValue[][]);
  }

  /** The first of `tuples`, without asking for more. */
  tuple(...parameters: Parameters): SQLOutputValue[] | undefined {
    this.#giveArrays(true);
    return this.#guarded(() => this.#statement.get(...(parameters as SQLInputValue[])) as unknown as SQLOutputValue[] | undefined);
  }

  run(...parameters: Parameters): StatementResultingChanges {
    return this.#guarded(() => this.#statement.run(...(parameters as SQLInputValue[])));
  }

  /** Asked for once: nearly every statement is read in one way only. */
  #giveArrays(arrays: boolean): void {
    if (arrays !== this.#givesArrays) this.#statement.setReturnArrays(arrays);
    this.#givesArrays = arrays;
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw StorageFailure.from(error);
    }
  }
}
