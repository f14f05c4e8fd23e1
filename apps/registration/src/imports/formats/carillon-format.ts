import type { ImportFormat } from '../import-format.ts';
import type { Row } from '../import-row.ts';

/** Columns whose texts are no texts. */
const lists = new Set(['tags', 'mutedChannels', 'user.tags']);
const flags = new Set(['notificationsEnabled']);
const numbers = new Set(['location.lat', 'location.lon']);
const free = ['attributes.', 'user.attributes.'];
const number = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;

/**
 * Our own: a record of JSON is a row as it is. Of CSV a column is a field, with points between the steps (`user.subscription`, `attributes.plan`,
 * `token.keys.auth`); an empty cell says nothing, and lists are parted by `;`.
 */
export const carillonFormat: ImportFormat = {
  map: (record) => ({ rows: [record], leftOut: [] }),
};

/** A line of CSV as the row that it stands for. */
export function rowOfCells(cells: Readonly<Record<string, unknown>>): Row {
  const row: Record<string, unknown> = {};
  for (const [column, cell] of Object.entries(cells)) {
    if (typeof cell !== 'string' || cell === '') continue;
    const attribute = free.find((beginning) => column.startsWith(beginning));
    const path = attribute === undefined ? column.split('.') : [...attribute.slice(0, -1).split('.'), column.slice(attribute.length)];
    put(row, path, attribute === undefined ? valueOf(column, cell) : attributeOf(cell));
  }
  return row;
}

function put(row: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let place = row;
  for (const step of path.slice(0, -1)) place = (place[step] ??= {}) as Record<string, unknown>;
  place[path.at(-1) ?? ''] = value;
}

function valueOf(column: string, cell: string): unknown {
  if (lists.has(column)) return cell.split(';').map((one) => one.trim()).filter((one) => one !== ''); // prettier-ignore
  if (flags.has(column)) return flagOf(cell) ?? cell;
  return numbers.has(column) ? numberOf(cell) : cell;
}

/** What looks like a number or a truth value is one: a cell cannot say which it means. */
function attributeOf(cell: string): unknown {
  return flagOf(cell) ?? numberOf(cell);
}

function numberOf(cell: string): unknown {
  return number.test(cell) ? Number(cell) : cell;
}

function flagOf(cell: string): boolean | undefined {
  const text = cell.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
