import { CursorInvalid } from '#libs/kernel';
import { z } from 'zod';
import { decodeCursor, page } from '../../src/answers/paging.ts';

const rows = ['a', 'b', 'c'].map((id) => ({ id }));

describe('pages', () => {
  it('end with a null cursor, and only there', () => {
    const show = ({ id }: { id: string }) => id.toUpperCase();

    const first = page(rows, 2, show, ({ id }) => [id, 1]);

    expect(first).toEqual({ items: ['A', 'B'], cursor: expect.any(String) as unknown });
    expect(decodeCursor(first.cursor ?? '', z.tuple([z.string(), z.int()]))).toEqual(['b', 1]);
    expect(page(rows, 3, show, ({ id }) => id).cursor).toBeNull();
    expect(page([], 3, show, ({ id }) => id)).toEqual({ items: [], cursor: null });
  });

  it.each(['', 'x', 'bnVsbA', 'e30'])('refuse the cursor %j', (cursor) => {
    expect(() => decodeCursor(cursor, z.string())).toThrow(CursorInvalid);
  });
});
