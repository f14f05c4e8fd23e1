import { tooMuchIn } from '#libs/kernel';
import type { ImportedItem, ImportedLine } from '#libs/registry';
import { parse } from 'csv-parse/sync';
import { rowOfCells } from './formats/carillon-format.ts';
import type { ImportFormat, MappedRecord } from './import-format.ts';
import { readRow } from './import-row.ts';
import { recordsOf, type PartPlace, type PartShape, type RawRecord } from './part-lines.ts';

type Problem = ImportedLine['problems'][number];

/** Opens the part's bytes from an offset on. */
export type OpenPart = (from: number) => AsyncIterable<Buffer>;

const chunkRecords = 100;
const chunkBytes = 524_288;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The lines of a part, from a place on, some at a time: as many as one commit takes. */
export async function* readLines(
  open: OpenPart,
  format: ImportFormat,
  isOwn: boolean,
  from: PartPlace | null,
): AsyncGenerator<ImportedLine[]> {
  const shape = await shapeOf(open);
  if (shape === undefined) return;
  const header = shape === 'csv' ? await headerOf(open) : undefined;
  const place = from ?? (header ? { offset: header.end, line: header.lastLine } : { offset: 0, line: 0 });
  const read = reading(format, isOwn, header?.columns);
  let [records, bytes]: [RawRecord[], number] = [[], 0];
  for await (const record of recordsOf(open(place.offset), shape, place)) {
    records.push(record);
    bytes += record.bytes?.length ?? 0;
    if (records.length < chunkRecords && bytes < chunkBytes) continue;
    yield read(records);
    [records, bytes] = [[], 0];
  }
  if (records.length > 0) yield read(records);
}

/** By the first character that says something: `[` an array of JSON, `{` and `<` a record a line, anything else CSV. Undefined: an empty file. */
async function shapeOf(open: OpenPart): Promise<PartShape | undefined> {
  for await (const piece of open(0)) {
    const first = /[^\s\ufeff]/.exec(piece.subarray(0, 4_096).toString('utf8'))?.[0];
    if (first !== undefined) return first === '[' ? 'array' : first === '{' || first === '<' ? 'lines' : 'csv';
  }
  return undefined;
}

interface Header extends RawRecord {
  readonly columns: readonly string[];
}

async function headerOf(open: OpenPart): Promise<Header | undefined> {
  for await (const record of recordsOf(open(0), 'csv', { offset: 0, line: 0 })) {
    const [cells = []] = parse(record.bytes ?? Buffer.alloc(0), { bom: true, relax_quotes: true });
    return { ...record, columns: cells.map((cell) => cell.trim()) };
  }
  return undefined;
}

function reading(
  format: ImportFormat,
  isOwn: boolean,
  columns: readonly string[] | undefined,
): (records: readonly RawRecord[]) => ImportedLine[] {
  return (records) => records.map((record) => lineOf(record, format, isOwn, columns));
}

function lineOf(record: RawRecord, format: ImportFormat, isOwn: boolean, columns: readonly string[] | undefined): ImportedLine {
  const { line, lastLine, end } = record;
  const parsed = parsedOf(record, format, columns);
  if (typeof parsed === 'string') return { line, lastLine, end, items: [], refused: 1, problems: [rejected('', parsed)] };
  const mapped = columns && isOwn ? { rows: [rowOfCells(parsed)], leftOut: [] } : format.map(parsed);
  return { line, lastLine, end, ...itemsOf(mapped, line) };
}

/** A row that is not taken takes none of the line's others with it. */
function itemsOf({ rows, leftOut }: MappedRecord, line: number): Pick<ImportedLine, 'items' | 'refused' | 'problems'> {
  const items: ImportedItem[] = [];
  const problems: Problem[] = leftOut.map(({ pointer, message }) => ({ pointer, message, rejected: rows.length === 0 }));
  for (const [at, row] of rows.entries()) {
    const read = readRow(row, rows.length === 1 ? String(line) : `${line}.${at}`);
    if ('item' in read) items.push(read.item);
    else for (const { pointer, message } of read.errors) problems.push(rejected(pointer, message));
  }
  return { items, refused: Math.max(1, rows.length) - items.length, problems };
}

function rejected(pointer: string, message: string): Problem {
  return { pointer, message, rejected: true };
}

/** A record as an object, or why it is none. */
function parsedOf(
  { bytes }: RawRecord,
  { xml }: ImportFormat,
  columns: readonly string[] | undefined,
): Readonly<Record<string, unknown>> | string {
  if (bytes === undefined) return 'Is longer than 1 MiB';
  const text = textOf(bytes);
  if (text === undefined) return 'Is not UTF-8';
  if (columns) return cellsOf(text, columns);
  if (xml && text.startsWith('<')) return { xml: text };
  return objectOf(text, bytes);
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes).trim();
  } catch {
    return undefined;
  }
}

function objectOf(text: string, bytes: Buffer): Readonly<Record<string, unknown>> | string {
  const problem = tooMuchIn(bytes);
  if (problem !== undefined) return problem;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : 'Is no object of JSON';
  } catch {
    return 'Is not JSON'; // the parser's own words quote the line, which may hold a token
  }
}

function cellsOf(text: string, columns: readonly string[]): Readonly<Record<string, unknown>> | string {
  try {
    const [cells = []] = parse(text, { relax_column_count: true, relax_quotes: true });
    if (cells.length > columns.length) return `Has ${cells.length} cells under ${columns.length} columns`;
    return Object.fromEntries(cells.map((cell, at) => [columns[at] ?? '', cell]));
  } catch {
    return 'Is no line of CSV';
  }
}
