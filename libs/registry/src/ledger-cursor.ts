import type { LedgerLine } from './ledger-line.ts';

/** A place in a list of lines, newest first. */
export interface LedgerPlace {
  readonly at: number;
  readonly id: string;
}

/** Where a page goes on; a cursor that is not one of ours starts at the beginning. */
export function placeOf(cursor: string | undefined): LedgerPlace {
  const text = Buffer.from(cursor ?? '', 'base64url').toString();
  const colon = text.indexOf(':');
  const at = Number(text.slice(0, colon));
  return colon > 0 && Number.isSafeInteger(at) ? { at, id: text.slice(colon + 1) } : { at: Number.MAX_SAFE_INTEGER, id: '' };
}

/** The cursor behind the first `limit` lines; null where there are no more. */
export function cursorAfter(lines: readonly LedgerLine[], limit: number): string | null {
  const last = lines.length > limit ? lines[limit - 1] : undefined;
  return last ? Buffer.from(`${last.at}:${last.id}`).toString('base64url') : null;
}
