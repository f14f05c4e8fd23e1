import { CursorInvalid } from '#libs/kernel';
import type { LedgerLine } from './ledger-line.ts';

/** A place in a list of lines, newest first. */
export interface LedgerPlace {
  readonly at: number;
  readonly id: string;
}

/** Where a page goes on; without a cursor at the beginning. Throws CursorInvalid. */
export function placeOf(cursor: string | undefined): LedgerPlace {
  if (cursor === undefined) return { at: Number.MAX_SAFE_INTEGER, id: '' };
  const [, at, id] = /^(\d{1,15}):(.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined) throw new CursorInvalid();
  return { at: Number(at), id };
}

/** The cursor behind the first `limit` lines; null where there are no more. */
export function cursorAfter(lines: readonly LedgerLine[], limit: number): string | null {
  const last = lines.length > limit ? lines[limit - 1] : undefined;
  return last ? Buffer.from(`${last.at}:${last.id}`).toString('base64url') : null;
}
