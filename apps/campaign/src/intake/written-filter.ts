import { pointerTo } from '#libs/api';
import { parseDuration, parseInstant } from '#libs/kernel';
import { DEVICE_FIELDS, FILTER_OPERATORS, SUBSCRIPTIONS, USER_FIELDS, type FilterOperator } from '#libs/registry';
import type { SendProblem } from './send-invalid.ts';

/** A filter as its author wrote it: dates may be relative, and saved audiences are named. JSON that has been checked. */
export type WrittenFilter = Readonly<Record<string, unknown>>;

const maxDepth = 16;
export const maxLeaves = 200;
const maxText = 1_024;
const maxValues = 100;
const earthKm = 20_038;
const looksLikeDate = /^\d{4}-\d\d-\d\d[Tt ]\d\d:/;
/** Operators to which dates are instants. */
export const ordered: ReadonlySet<string> = new Set(['lt', 'lte', 'gt', 'gte', 'between']);
const leafKinds = [
  'tag', 'attr', 'userAttr', 'device', 'user', 'near', 'lastSeen', 'firstSeen', 'random', 'audience', 'event', 'received', 'opened',
] as const; // prettier-ignore
const counts = ['eq', 'lt', 'lte', 'gt', 'gte'] as const;

/** The filters inside one; undefined for a condition. */
export function partsOf(written: WrittenFilter): readonly WrittenFilter[] | undefined {
  const parts = written['and'] ?? written['or'] ?? ('not' in written ? [written['not']] : undefined);
  return parts as readonly WrittenFilter[] | undefined;
}

/** Saved audiences that a filter names; some may be there twice. */
export function audiencesIn(written: WrittenFilter): readonly string[] {
  const parts = partsOf(written);
  if (parts) return parts.flatMap(audiencesIn);
  return 'audience' in written ? [String(written['audience'])] : [];
}

/** Finds everything that is wrong with a filter, each problem with its place below `pointer`. */
export class FilterReader {
  readonly problems: SendProblem[] = [];
  #leaves = 0;

  constructor(private readonly pointer: string) {}

  /** The filter, once there are no problems. */
  read(value: unknown): WrittenFilter {
    this.#node(value, [], 1);
    if (this.#leaves > maxLeaves) this.#wrong([], `Must have at most ${maxLeaves} leaves`);
    return value as WrittenFilter;
  }

  #node(value: unknown, path: readonly string[], depth: number): void {
    if (!isObject(value)) {
      this.#wrong(path, 'Must be an object');
      return;
    }
    if (depth > maxDepth) {
      this.#wrong(path, `Must be at most ${maxDepth} levels deep`);
      return;
    }
    if ('not' in value) {
      if (this.#only(value, ['not'], path)) this.#node(value['not'], [...path, 'not'], depth + 1);
      return;
    }
    for (const name of ['and', 'or']) {
      if (!(name in value)) continue;
      if (!this.#only(value, [name], path)) return;
      const parts: unknown = value[name];
      if (!Array.isArray(parts) || parts.length === 0) {
        this.#wrong([...path, name], 'Must be a list of at least one filter');
        return;
      }
      for (const [at, part] of parts.slice(0, maxLeaves + 1).entries()) this.#node(part, [...path, name, String(at)], depth + 1);
      return;
    }
    this.#leaves += 1;
    if (this.#leaves <= maxLeaves) this.#leaf(value, path);
  }

  #leaf(leaf: WrittenFilter, path: readonly string[]): void {
    const kind = leafKinds.find((name) => name in leaf);
    if (kind === undefined) this.#wrong(path, `Must be one of and, or, not, ${leafKinds.join(', ')}`);
    else if (kind === 'event') this.#event(leaf, path);
    else if (kind === 'received' || kind === 'opened') this.#engagement(leaf, kind, path);
    else if (kind === 'near') this.#near(leaf, path);
    else if (kind === 'random') this.#random(leaf, path);
    else if (kind === 'lastSeen' || kind === 'firstSeen') this.#seen(leaf, kind, path);
    else if (kind === 'tag' || kind === 'audience') this.#name(leaf, kind, path);
    else this.#comparison(leaf, kind, path);
  }

  #name(leaf: WrittenFilter, kind: 'tag' | 'audience', path: readonly string[]): void {
    if (this.#only(leaf, [kind], path)) this.#isText(leaf[kind], [...path, kind]);
  }

  #comparison(leaf: WrittenFilter, kind: 'attr' | 'userAttr' | 'device' | 'user', path: readonly string[]): void {
    const { op, value } = leaf;
    const fields = kind === 'device' ? DEVICE_FIELDS : USER_FIELDS;
    if (kind === 'attr' || kind === 'userAttr') this.#isText(leaf[kind], [...path, kind]);
    else if (!isOneOf<string>(fields, leaf[kind])) this.#wrong([...path, kind], `Must be one of ${fields.join(', ')}`);
    if (!this.#only(leaf, [kind, 'op', 'value'], path)) return;
    if (!isOneOf(FILTER_OPERATORS, op)) {
      this.#wrong([...path, 'op'], `Must be one of ${FILTER_OPERATORS.join(', ')}`);
      return;
    }
    const at = [...path, 'value'];
    const isFlag = leaf[kind] === 'notificationsEnabled' || leaf[kind] === 'known' || leaf[kind] === 'verified';
    const isField = kind === 'device' || kind === 'user';
    if (op === 'exists') {
      if (typeof value !== 'boolean') this.#wrong(at, 'Must be true or false');
      return;
    }
    if (isField && isFlag) {
      if (op !== 'eq' && op !== 'ne') this.#wrong([...path, 'op'], 'Must be eq, ne or exists: the field is true or false');
      if (typeof value !== 'boolean') this.#wrong(at, 'Must be true or false');
      return;
    }
    const values = this.#values(op, value, at);
    for (const [n, one] of values.entries())
      this.#value(one, Array.isArray(value) ? [...at, String(n)] : at, op, isField, leaf['user'] === 'subscription');
  }

  #values(op: FilterOperator, value: unknown, at: readonly string[]): readonly unknown[] {
    if (op === 'between') {
      if (Array.isArray(value) && value.length === 2) return value;
      this.#wrong(at, 'Must be a list of two values');
      return [];
    }
    if (op !== 'in' && op !== 'nin') return [value];
    if (Array.isArray(value) && value.length > 0 && value.length <= maxValues) return value;
    this.#wrong(at, `Must be a list of 1 to ${maxValues} values`);
    return [];
  }

  #value(value: unknown, at: readonly string[], op: FilterOperator, isField: boolean, isSubscription: boolean): void {
    if (isSubscription && (op === 'eq' || op === 'ne' || op === 'in' || op === 'nin') && !isOneOf(SUBSCRIPTIONS, value)) {
      this.#wrong(at, `Must be one of ${SUBSCRIPTIONS.join(', ')}`);
      return;
    }
    if (isField || op === 'contains' || op === 'startsWith') {
      this.#isText(value, at);
      return;
    }
    if (isObject(value)) {
      const { ago } = value;
      if (!this.#only(value, ['ago'], at)) return;
      if (!ordered.has(op)) {
        this.#wrong(at, `Only ${[...ordered].join(', ')} compare with a relative date`);
        return;
      }
      if (typeof ago !== 'string' || parseDuration(ago) === undefined)
        this.#wrong([...at, 'ago'], 'Must be an ISO 8601 duration of weeks, days, hours, minutes, seconds');
      return;
    }
    if (ordered.has(op) && typeof value === 'string' && looksLikeDate.test(value) && parseInstant(value) === undefined)
      this.#wrong(at, 'Is a date that no calendar has, or one without an offset');
    if (
      typeof value === 'number'
        ? !Number.isFinite(value)
        : typeof value !== 'boolean' && (typeof value !== 'string' || value.length > maxText)
    )
      this.#wrong(at, `Must be text of at most ${maxText} characters, a number, true or false, or {ago}`);
  }

  #event(leaf: WrittenFilter, path: readonly string[]): void {
    const { within, count, where } = leaf;
    this.#isText(leaf['event'], [...path, 'event']);
    if (!this.#only(leaf, ['event', 'within', 'count', 'where'], path)) return;
    this.#isDuration(within, [...path, 'within']);
    if (count !== undefined) this.#count(count, [...path, 'count']);
    if (where === undefined) return;
    const at = [...path, 'where'];
    if (!isObject(where)) this.#wrong(at, 'Must be {property, op, value}');
    else if (this.#only(where, ['property', 'op', 'value'], at))
      this.#comparison({ attr: where['property'], op: where['op'], value: where['value'] }, 'attr', at);
  }

  #engagement(leaf: WrittenFilter, kind: 'received' | 'opened', path: readonly string[]): void {
    const at = [...path, kind];
    const message = leaf[kind];
    if (!this.#only(leaf, [kind], path)) return;
    if (!isObject(message)) {
      this.#wrong(at, 'Must be {campaign, within}, of which both may be left out');
      return;
    }
    if (!this.#only(message, ['campaign', 'within'], at)) return;
    if (message['campaign'] !== undefined) this.#isText(message['campaign'], [...at, 'campaign']);
    this.#isDuration(message['within'], [...at, 'within']);
  }

  /** Of what may be left out. */
  #isDuration(value: unknown, path: readonly string[]): void {
    if (value === undefined || (typeof value === 'string' && parseDuration(value) !== undefined)) return;
    this.#wrong(path, 'Must be an ISO 8601 duration of weeks, days, hours, minutes, seconds');
  }

  #count(count: unknown, at: readonly string[]): void {
    const [name, ...others] = isObject(count) ? Object.keys(count) : [];
    if (!isObject(count) || name === undefined || others.length > 0) {
      this.#wrong(at, `Must be one of {${counts.join('}, {')}} with a number`);
      return;
    }
    if (!isOneOf(counts, name)) this.#wrong([...at, name], `Must be one of ${counts.join(', ')}`);
    else if (!Number.isSafeInteger(count[name]) || Number(count[name]) < 0) this.#wrong([...at, name], 'Must be a whole number from 0');
  }

  #near(leaf: WrittenFilter, path: readonly string[]): void {
    const at = [...path, 'near'];
    const { near } = leaf;
    if (!this.#only(leaf, ['near'], path)) return;
    if (!isObject(near)) {
      this.#wrong(at, 'Must be {lat, lon, km}');
      return;
    }
    if (!this.#only(near, ['lat', 'lon', 'km'], at)) return;
    const limits = { lat: [-90, 90], lon: [-180, 180], km: [0, earthKm] } as const;
    for (const [name, [least, most]] of Object.entries(limits)) {
      const value = near[name];
      if (typeof value !== 'number' || !(value >= least && value <= most))
        this.#wrong([...at, name], `Must be a number from ${least} to ${most}`);
    }
  }

  #seen(leaf: WrittenFilter, kind: 'lastSeen' | 'firstSeen', path: readonly string[]): void {
    const at = [...path, kind];
    const range = leaf[kind];
    if (!this.#only(leaf, [kind], path)) return;
    if (!isObject(range) || !('before' in range || 'after' in range)) {
      this.#wrong(at, 'Must be {before}, {after} or both');
      return;
    }
    if (!this.#only(range, ['before', 'after'], at)) return;
    for (const [name, value] of Object.entries(range)) {
      if (typeof value !== 'string' || (parseInstant(value) ?? parseDuration(value)) === undefined)
        this.#wrong([...at, name], 'Must be an instant such as 2026-01-31T12:00:00Z, or a duration ago such as P14D');
    }
  }

  #random(leaf: WrittenFilter, path: readonly string[]): void {
    const at = [...path, 'random'];
    const { random } = leaf;
    if (!this.#only(leaf, ['random'], path)) return;
    if (!isObject(random)) {
      this.#wrong(at, 'Must be {percent, salt}');
      return;
    }
    if (!this.#only(random, ['percent', 'salt'], at)) return;
    const { percent, salt } = random;
    if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100)) this.#wrong([...at, 'percent'], 'Must be a number from 0 to 100');
    this.#isText(salt, [...at, 'salt']);
  }

  #isText(value: unknown, path: readonly string[]): boolean {
    const isText = typeof value === 'string' && value.length > 0 && value.length <= maxText;
    if (!isText) this.#wrong(path, `Must be text of 1 to ${maxText} characters`);
    return isText;
  }

  #only(value: WrittenFilter, names: readonly string[], path: readonly string[]): boolean {
    const others = Object.keys(value).filter((name) => !names.includes(name));
    for (const other of others) this.#wrong([...path, other], `Is unknown here: what goes with it is ${names.join(', ')}`);
    return others.length === 0;
  }

  #wrong(path: readonly string[], message: string): void {
    this.problems.push({ code: 'filter_invalid', pointer: `${this.pointer}${pointerTo([...path])}`, message });
  }
}

function isOneOf<T extends string>(words: readonly T[], value: unknown): value is T {
  return (words as readonly unknown[]).includes(value);
}

export function isObject(value: unknown): value is WrittenFilter {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
