import { RECEIPT_LENGTH } from '#libs/kernel';
import { HOLES } from '#libs/templates';
import type { Recipient } from './push-provider.ts';

/** Stand in a body for what each message has of its own: its token, its receipt, then its texts. */
export const TOKEN_HOLE = HOLES[HOLES.length - 1] ?? '';
export const RECEIPT_HOLE = HOLES[HOLES.length - 2] ?? '';

const tokenSlot = HOLES.length - 1;
const receiptSlot = HOLES.length - 2;
/** What stands in JSON as it is, a byte a character. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A token that stands in JSON as it is. */
const plainToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** What one message has of its own. Token and receipt are ASCII that JSON need not escape; the texts stand as they do in the body. */
export interface Filling {
  readonly token: string;
  readonly receipt: string;
  readonly texts: readonly string[];
  /** Writes RECEIPT_LENGTH bytes, in the place of the text. */
  readonly writeReceipt?: (into: Buffer, offset: number) => void;
}

/** A body that is the same for many messages but for a few texts: encoded once, copied for each. */
export class BodyTemplate {
  readonly #pieces: readonly Buffer[];
  /** What comes after each piece but the last. */
  readonly #slots: readonly number[];
  readonly #fixedLength: number;

  /** A body with holes in some of its texts. */
  constructor(body: string) {
    const found: { at: number; slot: number }[] = [];
    for (const [slot, hole] of HOLES.entries())
      for (let at = body.indexOf(hole); at >= 0; at = body.indexOf(hole, at + 1)) found.push({ at, slot });
    found.sort((one, other) => one.at - other.at);
    const pieces: Buffer[] = [];
    let from = 0;
    for (const { at, slot } of found) {
      pieces.push(Buffer.from(body.slice(from, at)));
      from = at + (HOLES[slot]?.length ?? 0);
    }
    pieces.push(Buffer.from(body.slice(from)));
    this.#pieces = pieces;
    this.#slots = found.map(({ slot }) => slot);
    this.#fixedLength = pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** In bytes. */
  length(filling: Filling): number {
    let length = this.#fixedLength;
    for (const slot of this.#slots) {
      if (slot === receiptSlot && filling.writeReceipt) length += RECEIPT_LENGTH;
      else length += slot < receiptSlot ? Buffer.byteLength(textIn(filling, slot)) : textIn(filling, slot).length;
    }
    return length;
  }

  write(into: Buffer, offset: number, filling: Filling): void {
    let at = offset;
    for (let piece = 0; piece < this.#pieces.length; piece += 1) {
      at += this.#pieces[piece]?.copy(into, at) ?? 0;
      const slot = this.#slots[piece];
      if (slot === undefined) return;
      if (slot === receiptSlot && filling.writeReceipt) {
        filling.writeReceipt(into, at);
        at += RECEIPT_LENGTH;
      } else {
        const text = textIn(filling, slot);
        at += slot < receiptSlot ? into.write(text, at) : into.write(text, at, 'latin1');
      }
    }
  }
}

/** `escape`: how a text stands in the body, between the quotes of a JSON string unless said. */
export function fillingOf({ token, receipt, texts }: Recipient, escape: (text: string) => string = escapedForJson): Filling {
  return { token: token.reveal(), receipt, texts: escapedTexts(texts, escape) };
}

export function escapedTexts(texts: readonly string[], escape: (text: string) => string = escapedForJson): readonly string[] {
  return texts.length === 0 ? texts : texts.map(escape);
}

/** Whether a body of JSON can hold the token: nothing in it would have to be escaped. */
export function isPlainToken(token: string): boolean {
  return plainToken.test(token);
}

function escapedForJson(text: string): string {
  return plain.test(text) ? text : JSON.stringify(text).slice(1, -1);
}

function textIn({ token, receipt, texts }: Filling, slot: number): string {
  if (slot === tokenSlot) return token;
  return slot === receiptSlot ? receipt : (texts[slot] ?? '');
}
