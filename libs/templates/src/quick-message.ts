import type { RenderedMessage } from '#libs/sends';
import type { CompiledMembers } from './compiled-value.ts';
import type { ScalarText } from './scalar-text.ts';
import { randomBytes } from 'node:crypto';

/** A message in which only title, subtitle and body differ from recipient to recipient, and those only by scalars that are filled in. */
export interface QuickMessage {
  /** With `HOLES[0]`, `HOLES[1]` … in the places of the texts. The same object each time. */
  readonly message: RenderedMessage;
  /** The texts for the holes. Undefined: only rendering can say what this recipient gets. */
  texts(scope: object): readonly string[] | undefined;
}

const fillable: ReadonlySet<string> = new Set(['title', 'subtitle', 'body'] satisfies (keyof RenderedMessage)[]);

/** Undefined where more than that differs. */
export function quickMessageOf(members: CompiledMembers): QuickMessage | undefined {
  const texts: ScalarText[] = [];
  const message: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(members)) {
    if (value.constant) message[name] = value.constant.value;
    else if (value.scalar && fillable.has(name)) message[name] = HOLES[texts.push(value.scalar) - 1];
    else return undefined;
  }
  if (texts.length === 0 || typeof message['badge'] === 'string') return undefined;
  return { message: message, texts: (scope) => textsOf(texts, scope) };
}

/** What comes out blank is left to the engine, and to what becomes of a message that says nothing. */
function textsOf(texts: readonly ScalarText[], scope: object): readonly string[] | undefined {
  const filled = new Array<string>(texts.length); // a list that grows has room for many at once
  for (let at = 0; at < texts.length; at += 1) {
    const piece = texts[at]?.(scope);
    if (piece === undefined || !visible.test(piece)) return undefined;
    filled[at] = piece;
  }
  return filled;
}

/** Whatever `trim` would leave. */
const visible = /\S/;

/** Nobody outside knows it, so no author can write a hole into a text. */
const mark = randomBytes(8).toString('hex');
const maxHoles = 8;

/** Stand in a text for what differs from recipient to recipient; JSON carries them as they are. Private-use characters and a secret of this process. */
export const HOLES: readonly string[] = Array.from({ length: maxHoles }, (_, at) => `\uE000${mark}${at}\uE001`);
