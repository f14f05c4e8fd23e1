import { MAX_RECORD_LENGTH } from '../record-appender.ts';
import { cursorText, type LetterCursor } from './letter-cursor.ts';

const maxPage = 1_000;
const largestPage = 4 * MAX_RECORD_LENGTH;

/** A letter as a page is cut from: `bytes` are those of its original. */
export interface LetterPlace extends LetterCursor {
  readonly bytes: number;
}

/** How many letters a page may hold. */
export function pageSize(limit: number): number {
  return Math.min(Math.max(limit, 1), maxPage);
}

/** The letters of a page and where the next one starts, of places found in order, one more than the page may hold. */
export function cutPage(found: readonly LetterPlace[], limit: number): { readonly ids: readonly string[]; readonly cursor: string | null } {
  const places = found.slice(0, Math.min(pageSize(limit), howManyFit(found)));
  const last = found.length > places.length ? places.at(-1) : undefined;
  return { ids: places.map(({ id }) => id), cursor: last ? cursorText(last) : null };
}

/** From the first on; the first in any case. */
function howManyFit(letters: readonly LetterPlace[]): number {
  let bytes = 0;
  const over = letters.findIndex((letter) => (bytes += letter.bytes) > largestPage);
  return over < 0 ? letters.length : Math.max(1, over);
}
