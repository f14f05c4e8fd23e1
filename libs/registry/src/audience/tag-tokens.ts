import { TagExpressionInvalid } from './tag-expression-invalid.ts';
import { MAX_TAG_LENGTH, type TagLeaf } from './tag-expression.ts';

export type TagToken =
  | { readonly kind: 'leaf'; readonly leaf: TagLeaf; readonly position: number }
  | { readonly kind: '&&' | '||' | '!' | '(' | ')' | 'end'; readonly position: number };

const maxIdLength = 128;
const blank = /[ \t\r\n]*/y;
const tag = /[A-Za-z0-9_@#.:-]+/y;
const named = /\$(InstallationId|UserId):\{([^}]*)\}/y;
const symbol = /&&|\|\||[!()]/y;

const operand = 'a tag, "!" or "("';
const operator = '"&&", "||" or the end';

/** Reads the next token at an offset (0-based). `afterOperand` only words the error: what could stand there. */
export function tokenAt(text: string, offset: number, afterOperand: boolean): { token: TagToken; next: number } {
  const start = offset + lengthOf(blank, text, offset);
  const position = start + 1;
  if (start >= text.length) return { token: { kind: 'end', position }, next: start };

  const symbolLength = lengthOf(symbol, text, start);
  if (symbolLength > 0) {
    const kind = text.slice(start, start + symbolLength) as '&&' | '||' | '!' | '(' | ')';
    return { token: { kind, position }, next: start + symbolLength };
  }
  const leaf = leafAt(text, start);
  if (leaf) return { token: { kind: 'leaf', leaf: leaf.leaf, position }, next: start + leaf.length };
  throw new TagExpressionInvalid(position, expectedAt(text, start, afterOperand));
}

function leafAt(text: string, start: number): { leaf: TagLeaf; length: number } | undefined {
  const position = start + 1;
  const length = lengthOf(tag, text, start);
  if (length > MAX_TAG_LENGTH) throw new TagExpressionInvalid(position, `a tag of at most ${MAX_TAG_LENGTH} characters`);
  if (length > 0) return { leaf: { kind: 'tag', tag: text.slice(start, start + length), position }, length };

  named.lastIndex = start;
  const match = named.exec(text);
  if (!match) return undefined;
  const id = match[2] ?? '';
  if (id.length === 0 || id.length > maxIdLength)
    throw new TagExpressionInvalid(position, `an id of 1 to ${maxIdLength} characters in the braces`);
  const leaf: TagLeaf = match[1] === 'UserId' ? { kind: 'user', externalId: id, position } : { kind: 'installation', id, position };
  return { leaf, length: match[0].length };
}

function expectedAt(text: string, start: number, afterOperand: boolean): string {
  const character = text[start];
  if (character === '$') return '"$InstallationId:{id}" or "$UserId:{id}"';
  if (afterOperand && character === '&') return '"&&"';
  if (afterOperand && character === '|') return '"||"';
  return afterOperand ? operator : operand;
}

function lengthOf(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0].length ?? 0;
}

export { operand as expectedOperand, operator as expectedOperator };
