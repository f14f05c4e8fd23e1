import { filters, toValue, type FilterImplOptions } from 'liquidjs';
import { budgetOf } from './metered-context.ts';
import type { RenderBudget } from './render-budget.ts';

type Handler = Exclude<FilterImplOptions, { handler: unknown }>;
type This = ThisParameterType<Handler>;

/** Filters of text: an object or a list is none. */
const ofText = new Set(
  (
    'append prepend lstrip downcase upcase remove remove_first remove_last rstrip split strip strip_newlines squish capitalize replace replace_first ' +
    'replace_last truncate truncatewords normalize_whitespace number_of_words escape xml_escape escape_once newline_to_br strip_html url_decode ' +
    'url_encode cgi_escape uri_escape slugify base64_encode base64_decode sha256 hmac_sha256'
  ).split(' '),
);
/** Make one text of a list of texts. */
const joining = new Set(['join', 'array_to_sentence_string']);
/** Look for their argument everywhere in the text. */
const searching = new Set(['split', 'remove', 'remove_first', 'remove_last', 'replace', 'replace_first', 'replace_last']);
/** Look at a property of each item, and some compare it. */
const byProperty = new Set('map sum sort sort_natural where reject group_by has find find_index'.split(' '));
/** Indent by their argument. */
const printing = new Set(['json', 'jsonify', 'inspect']);
/** Reckons in a zone of time, where one is named. */
const zoning = 'date';
const zoneSteps = 20;
const sorting = new Set(['sort', 'sort_natural', 'sample']);

/** The library's filters, each of which pays for what it is given, what it does with it, and what it makes. */
export function meteredFilters(): [name: string, handler: Handler][] {
  return Object.entries(filters).map(([name, filter]) => {
    const handler = typeof filter === 'function' ? filter : filter.handler;
    return [name, metered(name, handler)];
  });
}

/** `handler` as a filter that pays. */
export function metered(name: string, handler: Handler): Handler {
  return function (this: This, ...values: [unknown, ...unknown[]]) {
    const budget = budgetOf(this.context);
    refuseObjects(name, values);
    payBefore(name, values, budget);
    const made: unknown = handler.apply(this, values);
    if (isGenerator(made)) return paidFor(made, budget);
    budget.value(made);
    return made;
  };
}

/** The expression of a `*_exp` filter is a text that may come from anywhere: what it reads is not known before it runs. */
export function evaluatesText(filter: string): boolean {
  return filter.endsWith('_exp');
}

function* paidFor(making: Generator<unknown, unknown>, budget: RenderBudget): Generator<unknown, unknown> {
  const made = yield* making;
  budget.value(made);
  return made;
}

function payBefore(name: string, [value, ...rest]: readonly unknown[], budget: RenderBudget): void {
  const items = lengthOf(value, budget);
  const [first, second] = rest.map((argument) => lengthOf(argument, budget));
  if (searching.has(name)) budget.comparing(items, first ?? 0);
  if (byProperty.has(name)) budget.spend(items * Math.ceil((first ?? 0) / 4));
  if (byProperty.has(name) && second !== undefined) budget.spend(items * budget.value(rest[1]));
  if (sorting.has(name)) budget.spend(Math.ceil(Math.log2(items + 1)) * budget.value(value));
  if (printing.has(name) && rest.length > 0) budget.spend(10 * budget.value(value));
  if (name === zoning && rest.length > 1) budget.spend(zoneSteps);
  // Parsed each time it is used, and gone through for each item.
  if (evaluatesText(name)) budget.spend((items + 2) * Math.ceil((second ?? 0) / 4));
}

/** Of a text or a list, which is paid for; the parts of a list were when it was read. */
function lengthOf(value: unknown, budget: RenderBudget): number {
  if (typeof value === 'string') budget.value(value);
  else budget.spend(Array.isArray(value) ? 1 + value.length : 1);
  return typeof value === 'string' || Array.isArray(value) ? value.length : 1;
}

function refuseObjects(name: string, values: readonly unknown[]): void {
  if (ofText.has(name) && values.some(isObject)) throw new Error(`${name} was given an object or a list in place of a text`);
  if (joining.has(name) && Array.isArray(values[0]) && values[0].some(isObject))
    throw new Error(`${name} was given objects in place of texts`);
}

function isObject(value: unknown): boolean {
  const plain: unknown = toValue(value);
  return typeof plain === 'object' && plain !== null;
}

function isGenerator(made: unknown): made is Generator<unknown, unknown> {
  return typeof made === 'object' && made !== null && 'next' in made && typeof made.next === 'function';
}
