import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** What every commit runs: compiled once, not with each write. */
export interface TransactionStatements {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly rollback: StatementSync;
  /** Before a write that is to be undone alone. */
  readonly save: StatementSync;
  readonly undo: StatementSync;
  readonly release: StatementSync;
}

export function transactionStatements(db: DatabaseSync): TransactionStatements {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    save: db.prepare('SAVEPOINT one'),
    undo: db.prepare('ROLLBACK TO one'),
    release: db.prepare('RELEASE one'),
  };
}
