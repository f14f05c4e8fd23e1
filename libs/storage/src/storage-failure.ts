import { DependencyUnavailable } from '#libs/kernel';

const busy = [5, 6]; // SQLITE_BUSY, SQLITE_LOCKED
const worldly = [...busy, 8, 10, 11, 13, 14, 26]; // READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB

interface SqliteError {
  readonly errcode: number;
  readonly message?: string;
}

/** The data file cannot be read or written now: full disk, read-only folder, damaged file. */
export class StorageFailure extends DependencyUnavailable {
  static isBusy(error: unknown): boolean {
    return isSqliteError(error) && busy.includes(error.errcode & 0xff);
  }

  /** The error as the rest of the platform understands it; what is not the world's fault stays as it is. */
  static from(error: unknown): unknown {
    return isSqliteError(error) && worldly.includes(error.errcode & 0xff) ? new StorageFailure('the data file', { cause: error }) : error;
  }
}

/** Why a start cannot use its file, and what to do, if that is the world's fault; undefined for any other error. */
export function worldlyReason(error: unknown): string | undefined {
  if (!isSqliteError(error)) return undefined;
  const code = error.errcode & 0xff;
  if (code === 13) return 'the disk is full; make room, or set CARILLON_DATA to another folder';
  if (code === 11 || code === 26) return 'it is damaged; restore a backup, or move it away to start anew';
  return worldly.includes(code) ? (error.message ?? 'it cannot be read or written') : undefined;
}

/** A unique index refused a row (SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY). */
export function isUniqueClash(error: unknown): boolean {
  return isSqliteError(error) && (error.errcode === 2067 || error.errcode === 1555);
}

function isSqliteError(error: unknown): error is SqliteError {
  return typeof error === 'object' && error !== null && 'errcode' in error && typeof error.errcode === 'number';
}
