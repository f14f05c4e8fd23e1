import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { ProviderName } from '#libs/kernel';
import type { Kind } from './field-kinds.ts';

/** One field of a stored record: everything that differs from field to field is said here, and everything that handles fields goes by it. */
export interface Field<T> {
  readonly kind: Kind<NonNullable<T>>;
  /** What it is where nothing is known: of a new record, and where an older one has nothing stored. Absent: every record says it. */
  readonly unknown?: T;
  /** Its column in SQLite; absent: it stands in `details`. */
  readonly column?: string;
  /** In MongoDB it is a field of the document itself, so that queries and indexes reach it; absent: it stands in `details`. */
  readonly ownField?: true;
  /** Not stored: whoever reads the record derives it. */
  readonly derived?: true;
  /** Said by callers: with every start of the app, or when the installation is registered or changed. */
  readonly said?: 'session' | 'registration';
  /** A caller may clear it by `null`: it is unknown again. */
  readonly clearable?: true;
  /** The most characters that a caller may give it. */
  readonly maxLength?: number;
  /**
   * It decides where a push goes: a wrong value costs the call, even of an app's start; of some providers alone where those are named, whose tokens are of no
   * use without it.
   */
  readonly essential?: true | readonly ProviderName[];
  /** Part of answers and of what templates may speak of. */
  readonly shown?: true;
  /** Filters of audiences may name it as `device`: as it stands, or compared part by part as a version. */
  readonly filtered?: 'plain' | 'version';
  /** What the documentation of the API says of it. */
  readonly description?: string;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a table holds fields of every type
export type FieldTable = Readonly<Record<string, Field<any>>>;

/** A row with the type of its values, which only the compiler sees. */
interface Typed<T> {
  readonly kind: Kind<NonNullable<T>>;
  readonly value?: readonly [T];
}

/** The record that a table describes. */
export type RecordOf<Table> = { readonly [K in keyof Table]: Table[K] extends { readonly value?: readonly [infer T] } ? T : never };

/** Names of fields that have a property of their row. */
export type FieldsWith<Table, Property extends string> = {
  [K in keyof Table]: Table[K] extends Readonly<Record<Property, unknown>> ? K : never;
}[keyof Table] &
  string;

/** Always known, or `unknown` where nothing is stored. */
export function known<T, const Row extends Omit<Field<T>, 'kind'>>(kind: Kind<T>, row: Row): Row & Typed<T> {
  return { kind: kind as Kind<NonNullable<T>>, ...row };
}

/** Null where it is not known. */
export function nullable<T, const Row extends Omit<Field<T>, 'kind' | 'unknown'>>(
  kind: Kind<T>,
  row: Row,
): Row & Typed<T | null> & { readonly unknown: null } {
  return { kind: kind as Kind<NonNullable<T>>, unknown: null, ...row };
}

export type AnyRecord = Readonly<Record<string, unknown>>;

/**
 * A record of which nothing is known, every field in the order of its table. Records are filled from copies of it: they have one shape then, which the engine
 * copies as a whole, where one that grows field by field would become a hash table that every later look pays for.
 */
export function blankOf(table: FieldTable): AnyRecord {
  const fields = Object.entries(table).map(([name, { unknown = null }]) => [name, unknown] as const);
  return { ...(Object.fromEntries(fields) as AnyRecord) };
}

/** What a table keeps in columns of SQLite, with the rest as JSON in `details`. */
export class Rows {
  readonly columns: readonly string[];
  readonly #own: readonly (readonly [name: string, column: string, kind: Kind<unknown>, unknown: unknown])[];
  readonly #details: Details;
  readonly #blank: AnyRecord;

  constructor(table: FieldTable) {
    const kept = Object.entries(table).filter(([, { derived }]) => !derived);
    this.#own = kept.flatMap(([name, { column, kind, unknown = null }]) =>
      column === undefined ? [] : [[name, column, kind, unknown] as const],
    );
    this.#details = new Details(Object.fromEntries(kept.filter(([, { column }]) => column === undefined)));
    this.columns = this.#own.map(([, column]) => column);
    this.#blank = blankOf(table);
  }

  /** In the order of `columns`. */
  values(record: AnyRecord): SQLInputValue[] {
    return this.#own.map(([name, , kind]) => {
      const value = record[name];
      return value === null ? null : kind.toColumn(value);
    });
  }

  /** Undefined members are not to be stored. */
  details(record: AnyRecord): Record<string, unknown> {
    return this.#details.write(record);
  }

  /** `values` in the order of `columns`; what is derived is unknown. */
  read(values: readonly SQLOutputValue[], details: AnyRecord): Record<string, unknown> {
    const record = { ...this.#blank };
    this.#details.readInto(record, details);
    let at = 0;
    for (const [name, , kind, unknown] of this.#own) {
      const value = values[at++] ?? null;
      record[name] = value === null ? unknown : kind.fromColumn(value);
    }
    return record;
  }
}

/** Fields as members of a JSON or BSON object. What is unknown is not stored. */
export class Details {
  readonly #fields: readonly (readonly [name: string, kind: Kind<unknown>, unknown: unknown])[];

  constructor(table: FieldTable) {
    this.#fields = Object.entries(table).flatMap(([name, { kind, derived, unknown }]) => (derived ? [] : [[name, kind, unknown] as const]));
  }

  write(record: AnyRecord): Record<string, unknown> {
    const stored: Record<string, unknown> = {};
    for (const [name, kind, unknown] of this.#fields) {
      const value = record[name];
      if (value !== null && value !== undefined && value !== unknown && !(Array.isArray(value) && value.length === 0))
        stored[name] = kind.toDocument(value);
    }
    return stored;
  }

  /** Every field, `null` where there is nothing: for a write that also takes away what was there. */
  writeAll(record: AnyRecord): Record<string, unknown> {
    return Object.fromEntries(
      this.#fields.map(([name, kind]) => {
        const value = record[name] ?? null;
        return [name, value === null ? null : kind.toDocument(value)];
      }),
    );
  }

  read(stored: AnyRecord): Record<string, unknown> {
    const record: Record<string, unknown> = {};
    this.readInto(record, stored);
    return record;
  }

  /** Sets every field of the table. */
  readInto(record: Record<string, unknown>, stored: AnyRecord): void {
    for (const [name, kind, unknown] of this.#fields) {
      const value = stored[name];
      record[name] = value === undefined || value === null ? unknown : kind.fromDocument(value);
    }
  }
}

interface ShownFields {
  readonly fields: readonly (readonly [name: string, kind: Kind<unknown>])[];
  readonly blank: AnyRecord;
}

const shownFields = new WeakMap<FieldTable, ShownFields>();

/** What a record shows of itself, in the order of its table: JSON, instants as RFC 3339, `null` where nothing is known. */
export function shownOf(table: FieldTable, record: object): Record<string, unknown> {
  const { fields, blank } = shownFieldsOf(table);
  const shown = { ...blank };
  for (const [name, kind] of fields) {
    const value = (record as AnyRecord)[name];
    if (value !== null && value !== undefined) shown[name] = kind.shown(value);
  }
  return shown;
}

function shownFieldsOf(table: FieldTable): ShownFields {
  const known = shownFields.get(table);
  if (known) return known;
  const fields = Object.entries(table).flatMap(([name, { kind, shown }]) => (shown ? [[name, kind] as const] : []));
  const made = { fields, blank: { ...(Object.fromEntries(fields.map(([name]) => [name, null])) as AnyRecord) } };
  shownFields.set(table, made);
  return made;
}

/** The row of a field. */
export function rowOf(table: FieldTable, name: string): Field<unknown> {
  const row = table[name];
  if (!row) throw new Error(`There is no field ${name}`);
  return row;
}

/** Fields whose row has a property, in order. */
export function fieldsWith(table: FieldTable, property: keyof Field<unknown>): readonly string[] {
  return Object.entries(table).flatMap(([name, field]) => (field[property] === undefined ? [] : [name]));
}
