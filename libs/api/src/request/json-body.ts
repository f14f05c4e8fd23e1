import { JsonInvalid, RequestInvalid } from '../errors/request-invalid.ts';
import { pointerTo, type FieldError } from '../errors/field-error.ts';
import { tooMuchIn } from './json-shape.ts';

/** Keys that turn objects of a careless program into something else; no field of ours has such a name. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a JSON text (RFC 8259, UTF-8) of a reasonable shape. An empty body is undefined: calls without fields take it. Throws JsonInvalid, RequestInvalid. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const problem = tooMuchIn(bytes);
  if (problem !== undefined) throw new RequestInvalid([{ pointer: '', message: problem }]);
  const value = read(decoded(bytes));
  const errors = dangersIn(value);
  if (errors.length > 0) throw new RequestInvalid(errors);
  return value;
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new JsonInvalid([{ pointer: '', message: 'The body is not UTF-8' }], { cause: error });
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message quotes the body, which may hold a token; its position is all that is told.
    const at = /position (\d+)/.exec(String(error))?.[1];
    const position = at === undefined ? text.length + 1 : Number(at) + 1;
    throw new JsonInvalid([{ pointer: '', message: 'The body is not valid JSON', position }]);
  }
}

interface Visit {
  readonly value: object;
  readonly path: readonly PropertyKey[];
}

function dangersIn(root: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const open: Visit[] = [];
  const look = (value: unknown, path: () => readonly PropertyKey[]): void => {
    if (typeof value === 'object' && value !== null) open.push({ value, path: path() });
    else if (typeof value === 'string' && !value.isWellFormed())
      errors.push({ pointer: pointerTo(path()), message: 'Not well-formed Unicode' });
  };
  look(root, () => []);
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const { value, path } = visit;
    if (Array.isArray(value))
      value.forEach((item, index) => {
        look(item, () => [...path, index]);
      });
    else {
      for (const [key, item] of Object.entries(value)) {
        if (forbiddenKeys.has(key)) errors.push({ pointer: pointerTo([...path, key]), message: `A key named ${key} is not taken` });
        look(item, () => [...path, key]);
      }
    }
  }
  return errors;
}
