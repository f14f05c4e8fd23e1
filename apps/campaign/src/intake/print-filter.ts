import { isObject, partsOf, type WrittenFilter } from './written-filter.ts';

/** Operators that are written as signs; the others are written as they are called. */
export const OPERATOR_SIGNS: Readonly<Partial<Record<string, string>>> = { eq: '=', ne: '!=', lt: '<', lte: '<=', gt: '>', gte: '>=' };
/** `tag:vip`, `attr.age >= 18`, `near(lat: 1, lon: 2, km: 3)`. */
export const LEAVES_BY_FORM = {
  named: ['tag', 'audience'],
  compared: ['attr', 'userAttr', 'device', 'user'],
  called: ['near', 'lastSeen', 'firstSeen', 'random', 'received', 'opened'],
} as const;
/** Text that needs no quotation marks, for it is no number and not read otherwise: a word, a duration, an instant. */
export const PLAIN_VALUE = /^(?:[A-Za-z_]|\d{4}-\d\d-\d\dT)[A-Za-z0-9_@#:.+-]*$/;
const plainTag = /^[A-Za-z0-9_@#:.+-]+$/;
const plainName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const reserved = new Set(['true', 'false', 'ago']);

/** A checked filter as text: `tag:vip and attr.age >= 18`. FilterTextReader makes the same filter of it. */
export function printFilter(filter: WrittenFilter, isPart = false): string {
  const parts = partsOf(filter);
  if (!parts) return printLeaf(filter);
  if ('not' in filter) return `not ${parts.map((part) => printFilter(part, true)).join('')}`;
  const word = 'and' in filter ? 'and' : 'or';
  if (parts.length === 1) return `${word}(${parts.map((part) => printFilter(part)).join('')})`;
  const text = parts.map((part) => printFilter(part, true)).join(` ${word} `);
  return isPart ? `(${text})` : text;
}

function printLeaf(leaf: WrittenFilter): string {
  for (const kind of LEAVES_BY_FORM.named) if (kind in leaf) return `${kind}:${printText(leaf[kind], plainTag)}`;
  for (const kind of LEAVES_BY_FORM.compared)
    if (kind in leaf) return `${kind}.${printText(leaf[kind], plainName)} ${printComparison(leaf)}`;
  for (const kind of LEAVES_BY_FORM.called) if (kind in leaf) return `${kind}(${printArguments(leaf[kind] as WrittenFilter)})`;
  const { event, within, count, where } = leaf;
  const parts = [printText(event, plainName)];
  if (within !== undefined) parts.push(printArguments({ within }));
  for (const [op, value] of Object.entries(count ?? {})) parts.push(`count ${printComparison({ op, value: value as number })}`);
  if (isObject(where)) parts.push(`where ${printText(where['property'], plainName)} ${printComparison(where)}`);
  return `event(${parts.join(', ')})`;
}

function printArguments(values: WrittenFilter): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${printValue(value)}`)
    .join(', ');
}

function printComparison({ op, value }: WrittenFilter): string {
  const list = Array.isArray(value) ? value.map(printValue) : [];
  if (op === 'exists') return value === true ? 'exists' : 'not exists';
  if (op === 'between') return `between ${list.join(' and ')}`;
  if (op === 'in') return `in (${list.join(', ')})`;
  if (op === 'nin') return `not in (${list.join(', ')})`;
  return `${OPERATOR_SIGNS[String(op)] ?? String(op)} ${printValue(value)}`;
}

function printValue(value: unknown): string {
  if (typeof value === 'string') return printText(value, PLAIN_VALUE);
  if (isObject(value)) return `ago(${String(value['ago'])})`;
  return Object.is(value, -0) ? '-0' : JSON.stringify(value);
}

function printText(text: unknown, plain: RegExp): string {
  return typeof text === 'string' && plain.test(text) && !reserved.has(text) ? text : JSON.stringify(text);
}
