import { isJsonObject } from './merge-overrides.ts';

/** Something that a provider would refuse: where, and a sentence. */
export interface ShapeProblem {
  readonly path: readonly string[];
  readonly message: string;
  /** Where the problem has a code of its own. */
  readonly code?: 'reserved_data_key';
}

type Path = readonly string[];
/** Finds what is wrong with a value at a place. null is never asked about: it takes a member out. */
export type Shape = (value: unknown, path: Path) => ShapeProblem[];

const liquid = /\{\{|\{%/;

/** Whether a value is known only once Liquid has run. */
export function isKnownLater(value: unknown): boolean {
  return typeof value === 'string' && liquid.test(value);
}

export const anything: Shape = () => [];
export const struct: Shape = (value, path) => problems(isJsonObject(value), path, 'Must be an object');
export const text: Shape = (value, path) => problems(typeof value === 'string', path, 'Must be a text');
export const texts: Shape = listOf(text);

/** A text of some form; one with Liquid in it may come to anything. */
export function textOf(form: RegExp, wanted: string): Shape {
  return (value, path) => problems(isKnownLater(value) || (typeof value === 'string' && form.test(value)), path, `Must be ${wanted}`);
}

/** What passes `test`, or what Liquid makes. */
export function valueOf(test: (value: unknown) => boolean, wanted: string): Shape {
  return (value, path) => problems(isKnownLater(value) || test(value), path, `Must be ${wanted}`);
}

export function oneOf(values: readonly unknown[]): Shape {
  return valueOf((value) => values.includes(value), `one of ${values.join(', ')}`);
}

/** A whole number between two, both included. */
export function wholeNumberIn(least: number, most: number): Shape {
  const isOne = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
  return valueOf(isOne, `a whole number from ${least} to ${most}`);
}

export function listOf(item: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return problems(false, path, 'Must be a list');
    return value.flatMap((one, index) => item(one, [...path, String(index)]));
  };
}

/** An object of any names, each value of one form or, by its name in lower case, of its own. */
export function mapOf(value: Shape, own: Readonly<Record<string, Shape>> = {}): Shape {
  return members((name) => (Object.hasOwn(own, name.toLowerCase()) ? own[name.toLowerCase()] : value));
}

/** An object of known members; `others`: of what else it may have, nothing unless said. */
export function objectOf(known: Readonly<Record<string, Shape>>, others?: Shape): Shape {
  return members((name) => (Object.hasOwn(known, name) ? known[name] : others));
}

function members(shapeOf: (name: string) => Shape | undefined): Shape {
  return (value, path) => {
    if (!isJsonObject(value)) return problems(false, path, 'Must be an object');
    return Object.entries(value).flatMap(([name, part]) => {
      if (part === null) return [];
      const shape = shapeOf(name);
      return shape ? shape(part, [...path, name]) : problems(false, [...path, name], 'The provider has no such field');
    });
  };
}

export const flag = valueOf((value) => typeof value === 'boolean', 'true or false');
export const duration = textOf(/^\d{1,12}(?:\.\d{1,9})?s$/, 'seconds with an s, such as 5s or 3.5s');

/** A duration of at most so many seconds. */
export function durationUpTo(maxSeconds: number): Shape {
  return (value, path) => {
    const found = duration(value, path);
    if (found.length > 0 || isKnownLater(value) || Number.parseFloat(value as string) <= maxSeconds) return found;
    return [{ path, message: `Must be at most ${maxSeconds}s` }];
  };
}

function problems(isGood: boolean, path: Path, message: string): ShapeProblem[] {
  return isGood ? [] : [{ path, message }];
}
