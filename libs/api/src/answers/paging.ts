import { CursorInvalid } from '#libs/kernel';
import { z } from 'zod';

const maxItems = 1_000;

/** The query of every list; add filters with `pageQuery.extend({ … })`. Unknown parameters are refused. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(maxItems).default(100).meta({ description: 'Items in one answer', example: 100 }),
  cursor: z.string().max(2_048).exactOptional().meta({ description: 'The `cursor` of the page before' }),
});

export interface Page<T> {
  readonly items: readonly T[];
  /** What the next call passes as `cursor`; null at the end. */
  readonly cursor: string | null;
}

/** The schema of `{items, cursor}`. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({ items: z.array(item), cursor: z.string().nullable() });
}

/**
 * Makes a page of rows that were read with `limit + 1`: the extra one only tells that there is more.
 * `position` is where the next page starts: after the last item shown.
 */
export function page<Row, T>(rows: readonly Row[], limit: number, show: (row: Row) => T, position: (row: Row) => unknown): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(show), cursor: rows.length > limit && last !== undefined ? encodeCursor(position(last)) : null };
}

export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** The position inside a cursor of ours. Throws CursorInvalid for any other text. */
export function decodeCursor<S extends z.ZodType>(cursor: string | undefined, position: S): z.output<S> | undefined {
  if (cursor === undefined) return undefined;
  const parsed = position.safeParse(unpacked(cursor));
  if (!parsed.success) throw new CursorInvalid();
  return parsed.data;
}

function unpacked(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
