import type { Row } from './import-row.ts';

/** What one record of another system's file becomes. */
export interface MappedRecord {
  /** Bodies as our own format has them; checked afterwards. Empty: nothing of the record can be carried. */
  readonly rows: readonly Row[];
  /** What cannot be carried, with where it stands in the record. */
  readonly leftOut: readonly LeftOut[];
}

export interface LeftOut {
  /** JSON Pointer into the record. */
  readonly pointer: string;
  readonly message: string;
}

/** How the files of one system are read. */
export interface ImportFormat {
  /** One record of JSON (a parsed value), of CSV (texts by column), or, where `xml` is said, a line of XML. */
  map(record: Readonly<Record<string, unknown>>): MappedRecord;
  /** Lines that begin with `<` are handed over as `{xml: text}`. */
  readonly xml?: true;
}
export type AnyRecord = Readonly<Record<string, unknown>>;

/** A text that says something; undefined for all else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A country as ISO 3166-1 writes it in two capitals; undefined for all else. */
export function countryOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[A-Z]{2}$/.test(text) ? text : undefined;
}

/** A language without script and region; undefined for all else. */
export function languageOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[a-z]{2,8}$/.test(text) ? text : undefined;
}

export function recordOf(value: unknown): AnyRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AnyRecord) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An object without the members that are undefined. */
export function said<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

const notInTags = /[^A-Za-z0-9_@#.:-]+/g;
const maxTag = 120;

/** A text as a tag: what no tag may hold becomes `_`. */
export function tagOf(text: string): string {
  return text.trim().replace(notInTags, '_').slice(0, maxTag);
}

/** Attributes that ours can be; the others are named. */
export function attributesOf(
  values: AnyRecord,
  pointer: string,
): { readonly attributes: Record<string, unknown>; readonly leftOut: readonly LeftOut[] } {
  const attributes: Record<string, unknown> = {};
  const leftOut: LeftOut[] = [];
  for (const [name, value] of Object.entries(values)) {
    const isList = Array.isArray(value) && value.every((one) => typeof one === 'string');
    if (value === null || value === undefined) continue;
    if (isList || ['string', 'number', 'boolean'].includes(typeof value)) attributes[name] = value;
    else leftOut.push({ pointer: `${pointer}/${name}`, message: 'Nested values cannot be carried: an attribute is text, a number, true or false, or a list of texts' }); // prettier-ignore
  }
  return { attributes, leftOut };
}

/** Nothing of the record can be carried. */
export function nothing(pointer: string, message: string): MappedRecord {
  return { rows: [], leftOut: [{ pointer, message }] };
}

/** Dates as other systems write them, in UTC where they name no zone: `2026-11-01 08:00:00`, ISO 8601, seconds since 1970. */
export function instantOf(value: unknown): string | undefined {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const isSeconds = /^\d{9,11}(?:\.\d+)?$/.test(text);
  const hasZone = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)$/i.test(text);
  const date = isSeconds ? new Date(Number(text) * 1_000) : new Date(hasZone ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
