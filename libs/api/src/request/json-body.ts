import { JsonInvalid, RequestInvalid } from '../errors/request-invalid.ts';
import { MAX_FIELD_ERRORS, oneMore, pointerTo, type FieldError } from '../errors/field-error.ts';
import { isDoubtful, tooMuchIn } from '#libs/kernel';

/** The media types of bodies; which of them a call means by what is its own affair. */
export const JSON_TYPES = [
  'application/json',
  'application/merge-patch+json',
  'application/json-patch+json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
] as const;

/** Keys that turn objects of a careless program into something else; no field of ours has such a name. */
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);
/** A place is looked for in texts up to this length; each look parses about half of it. */
const maxSearched = 65_536;
const malformed = 'Not well-formed Unicode';
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a JSON text (RFC 8259, UTF-8) of a reasonable shape. An empty body is undefined: calls without fields take it. Throws JsonInvalid, RequestInvalid. */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined;
  const problem = tooMuchIn(bytes);
  if (problem !== undefined) throw new RequestInvalid([{ pointer: '', message: problem }]);
  const text = decoded(bytes);
  const value = read(text);
  const errors = isDoubtful(text) ? dangersIn(value) : [];
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
    const position = positionIn(text, error as SyntaxError);
    throw new JsonInvalid([{ pointer: '', message: 'The body is not valid JSON', ...(position !== undefined && { position }) }]);
  }
}

/** Where a text stops being JSON, counted from 1. V8's message quotes the body, which may hold a token: only a place is taken from it. */
function positionIn(text: string, { message }: SyntaxError): number | undefined {
  if (isUnexpectedToken(message)) return text.length <= maxSearched ? searchedPosition(text) : undefined;
  const at = /position (\d+)/.exec(message)?.[1];
  return at === undefined ? text.length + 1 : Number(at) + 1;
}

/** V8 keeps the place of an unexpected token to itself. Everything shorter than the beginning that ends with it is refused for another reason. */
function searchedPosition(text: string): number {
  let [sound, broken] = [0, text.length];
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (hasUnexpectedToken(text.slice(0, middle))) broken = middle;
    else sound = middle;
  }
  return broken;
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return isUnexpectedToken((error as SyntaxError).message);
  }
}

function isUnexpectedToken(message: string): boolean {
  return message.startsWith('Unexpected token');
}

interface Visit {
  readonly value: object;
  readonly key: string | number;
  /** The container that it stands in; undefined for the whole body. */
  readonly parent: Visit | undefined;
}

/** Places are put into words for as many problems as an answer lists: a body may hold a quarter of a million, each many levels deep. */
function dangersIn(root: unknown): FieldError[] {
  const errors: FieldError[] = [];
  const open: Visit[] = [];
  const found = (key: string | number, parent: Visit | undefined, message: string): void => {
    errors.push(errors.length < MAX_FIELD_ERRORS ? { pointer: pointerTo(pathTo(key, parent)), message } : oneMore);
  };
  const look = (value: unknown, key: string | number, parent: Visit | undefined): void => {
    if (typeof value === 'object' && value !== null) open.push({ value, key, parent });
    else if (typeof value === 'string' && !value.isWellFormed()) found(key, parent, malformed);
  };
  look(root, '', undefined);
  for (let visit = open.pop(); visit; visit = open.pop()) {
    const { value } = visit;
    if (Array.isArray(value)) for (const [index, item] of value.entries()) look(item, index, visit);
    else {
      for (const [key, item] of Object.entries(value)) {
        if (forbiddenKeys.has(key)) found(key, visit, `A key named ${key} is not taken`);
        else if (!key.isWellFormed()) found(key, visit, malformed);
        look(item, key, visit);
      }
    }
  }
  return errors;
}

function pathTo(key: string | number, parent: Visit | undefined): (string | number)[] {
  const path = [];
  let [step, above] = [key, parent];
  for (; above; [step, above] = [above.key, above.parent]) path.push(step);
  return path.reverse();
}
