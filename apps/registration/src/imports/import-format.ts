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
