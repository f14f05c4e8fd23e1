import { CursorInvalid } from '#libs/kernel';

/** The last letter of a page; the next page starts behind it. */
export interface LetterCursor {
  readonly at: number;
  readonly id: string;
}

export function cursorText({ at, id }: LetterCursor): string {
  return Buffer.from(`${at}:${id}`, 'utf8').toString('base64url');
}

/** Throws CursorInvalid. */
export function cursorFrom(text: string): LetterCursor {
  const [, at, id] = /^(\d{1,15}):([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? [];
  if (at === undefined || id === undefined) throw new CursorInvalid();
  return { at: Number(at), id };
}
