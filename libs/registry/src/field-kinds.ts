import { PushToken, canonicalLocale, isoTime } from '#libs/kernel';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';

/** Dates are RFC 3339 text. */
export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** How values of one kind stand wherever they are kept or shown. `null` never reaches a kind: it is NULL in a column, and absent elsewhere. */
export interface Kind<T> {
  readonly name:
    'text' | 'locale' | 'number' | 'instant' | 'flag' | 'tags' | 'texts' | 'attributes' | 'place' | 'templates' | 'variables' | 'secret';
  /** The only values that there are, of text. */
  readonly words?: readonly string[];
  /** The value of a column of SQLite. */
  readonly toColumn: (value: T) => SQLInputValue;
  readonly fromColumn: (value: SQLOutputValue) => T;
  /** The value in JSON (`details` of SQLite) and in BSON. */
  readonly toDocument: (value: T) => unknown;
  readonly fromDocument: (value: unknown) => T;
  /** The value in an answer and in a template: JSON, and never a secret. */
  readonly shown: (value: T) => unknown;
}

const same = (value: unknown): never => value as never;

function plain<T extends SQLInputValue & SQLOutputValue>(name: Kind<T>['name'], shown: (value: T) => unknown = same): Kind<T> {
  return { name, toColumn: same, fromColumn: same, toDocument: same, fromDocument: same, shown };
}

/** Kept in JSON only, or as its text where it has a column. */
function json<T>(name: Kind<T>['name'], empty?: readonly [text: string, value: T]): Kind<T> {
  const [emptyText, emptyValue] = empty ?? [];
  return {
    name,
    toColumn: (value) => JSON.stringify(value),
    fromColumn: (text) => (text === emptyText ? emptyValue : JSON.parse(text as string)) as T,
    toDocument: same,
    fromDocument: same,
    shown: (value) => (Array.isArray(value) ? [...(value as readonly unknown[])] : { ...(value as object) }),
  };
}

export const text = plain<string>('text');
export const number = plain<number>('number');
/** ms since 1970; shown as RFC 3339. */
export const instant = plain<number>('instant', isoTime);
export const flag: Kind<boolean> = {
  name: 'flag',
  toColumn: (value) => (value ? 1 : 0),
  fromColumn: (value) => value === 1,
  toDocument: same,
  fromDocument: same,
  shown: same,
};
/** `|a|b|` in a column, so that one tag is found by `LIKE`; no tag holds a bar. */
export const tags: Kind<readonly string[]> = {
  name: 'tags',
  toColumn: tagsToText,
  fromColumn: (value) => tagsFromText(value as string),
  toDocument: same,
  fromDocument: same,
  shown: (value) => [...value],
};
export const texts = json<readonly string[]>('texts');
export const attributes = json<Attributes>('attributes', ['{}', {}]); // most have none, and thousands are read
/** `accuracyMetres`: the radius in which the device is likely to be; absent where nobody said. */
export const place = json<{ readonly lat: number; readonly lon: number; readonly accuracyMetres?: number }>('place');
/** What an app wants to be sent: a message in its provider's own words, whose texts the properties of a send fill. */
export interface InstallationTemplate {
  /** JSON. */
  readonly body: string;
  /** Of the provider's own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An object whose names are a caller's, as JSON in every store: none of them may mean anything to one. */
function named<T>(name: Kind<T>['name'], shown: (value: T) => unknown): Kind<T> {
  const [write, read] = [(value: T) => JSON.stringify(value), (value: unknown) => JSON.parse(value as string) as T];
  return { name, toColumn: write, fromColumn: read, toDocument: write, fromDocument: read, shown };
}

export const templates = named<Readonly<Record<string, InstallationTemplate>>>('templates', (value) => structuredClone(value));
export const variables = named<Readonly<Record<string, string>>>('variables', (value) => ({ ...value }));
/** Revealed here, to be stored; nowhere else does it become text. */
export const secret: Kind<PushToken> = {
  name: 'secret',
  toColumn: (value) => value.reveal(),
  fromColumn: (value) => new PushToken(value as string),
  toDocument: (value) => value.reveal(),
  fromDocument: (value) => new PushToken(value as string),
  shown: () => undefined,
};

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Kind<T> {
  return { ...plain<T>('text'), words };
}

/** The place of a column's word in its list, in SQL: a number crosses over faster than a text. */
export function placeInSql(column: string, words: readonly string[]): string {
  return `CASE ${column} ${words.map((word, place) => `WHEN '${word}' THEN ${place}`).join(' ')} END`;
}

/** A tag of BCP 47. What was stored before tags were made canonical is shown in the same form. */
export const locale = plain<string>('locale', (tag) => canonicalLocale(tag) ?? tag);

/** `|a|b|`; empty for none. */
export function tagsToText(tags: readonly string[]): string {
  return tags.length === 0 ? '' : `|${tags.join('|')}|`;
}

const noTags: readonly string[] = [];

function tagsFromText(text: string): readonly string[] {
  return text === '' ? noTags : text.slice(1, -1).split('|');
}
