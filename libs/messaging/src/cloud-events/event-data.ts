import { isUtf8 } from 'node:buffer';
import { isDoubtful, tooMuchIn } from '#libs/kernel';

/** One thing that is wrong with an event; `pointer` is an RFC 6901 pointer into its structured form. */
export interface EventProblem {
  readonly pointer: string;
  readonly message: string;
}

/** Characters in one event, and in one batch. */
export const MAX_EVENT_LENGTH = 1_048_576;

const base64Form = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** A value that was read, or what is wrong with its text. */
export type ReadJson = { readonly value: unknown } | { readonly problem: EventProblem };

/** Reads JSON of a reasonable shape from text. V8's own message would quote the text, which may hold anything; ours does not. Never throws. */
export function readJson(text: string, pointer = ''): ReadJson {
  if (text.length > MAX_EVENT_LENGTH) return { problem: { pointer, message: `At most ${MAX_EVENT_LENGTH} characters are taken` } };
  const problem = tooMuchIn(Buffer.from(text));
  if (problem !== undefined) return { problem: { pointer, message: problem } };
  try {
    const value: unknown = JSON.parse(text);
    const danger = isDoubtful(text) || !text.isWellFormed() ? dangerIn(value) : undefined;
    return danger === undefined ? { value } : { problem: { pointer, message: danger } };
  } catch {
    return { problem: { pointer, message: 'Not JSON' } };
  }
}

/** The data of a structured event: `data`, or the JSON that `data_base64` holds (JSON format 3.1). What is wrong with it joins the problems. */
export function dataOf(event: Readonly<Record<string, unknown>>, problems: EventProblem[]): unknown {
  const { data, data_base64: base64 } = event;
  if (base64 === undefined || base64 === null) return data;
  const isAlone = data === undefined || data === null;
  const read = isAlone ? readBase64(base64) : refused('Stands for data, not beside it');
  if ('value' in read) return read.value;
  problems.push(read.problem);
  return undefined;
}

function readBase64(base64: unknown): ReadJson {
  if (typeof base64 !== 'string' || !base64Form.test(base64)) return refused('Must be base64 (RFC 4648 section 4)');
  const bytes = Buffer.from(base64, 'base64');
  return isUtf8(bytes) ? readJson(bytes.toString('utf8'), '/data_base64') : refused('Holds bytes that are not UTF-8');
}

function refused(message: string): ReadJson {
  return { problem: { pointer: '/data_base64', message } };
}

function dangerIn(root: unknown): string | undefined {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' && !value.isWellFormed()) return 'Not well-formed Unicode';
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      if (!Array.isArray(value) && (forbiddenKeys.has(key) || !key.isWellFormed())) return 'A key is not taken';
      open.push(item);
    }
  }
  return undefined;
}
