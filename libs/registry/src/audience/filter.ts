import { murmur3, parseInstant } from '#libs/kernel';
import { countSince, type EventRollup, type UserEvents } from '../behaviour/behaviour.ts';
import { lastEngagement, type AskedEngagement, type UserEngagements } from '../engagement/engagement.ts';
import type { AttributeValue, Attributes } from '../field-kinds.ts';
import { fieldsWith, rowOf, type FieldsWith } from '../field-table.ts';
import { installationTable, type Installation } from '../installation/installation.ts';

export const FILTER_OPERATORS = [
  'eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'nin', 'exists', 'contains', 'startsWith', 'between',
] as const; // prettier-ignore
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

export type DeviceField = FieldsWith<typeof installationTable, 'filtered'>;
export const DEVICE_FIELDS = fieldsWith(installationTable, 'filtered') as readonly DeviceField[];
export const USER_FIELDS = ['subscription', 'externalId', 'known', 'verified'] as const;
export type UserField = (typeof USER_FIELDS)[number];

/** An instant (ms) that dates written as RFC 3339 are compared with. */
export interface Moment {
  readonly at: number;
}
export type FilterValue = string | number | boolean | Moment;

export interface Comparison {
  readonly op: FilterOperator;
  /** `exists`: a boolean; `in`, `nin`: a list; `between`: two values, both included. */
  readonly value: FilterValue | readonly FilterValue[];
}

/** One condition, with every date an instant. */
export type FilterLeaf =
  | { readonly tag: string }
  | { readonly installation: string }
  | ({ readonly attr: string } & Comparison)
  | ({ readonly userAttr: string } & Comparison)
  | ({ readonly device: DeviceField } & Comparison)
  | ({ readonly user: UserField } & Comparison)
  | { readonly near: { readonly lat: number; readonly lon: number; readonly km: number } }
  | { readonly lastSeen: SeenRange }
  | { readonly firstSeen: SeenRange }
  | { readonly random: { readonly percent: number; readonly salt: string } }
  | { readonly share: UserShare }
  | EventLeaf
  | EngagementLeaf;

/** Users by a hash of salt and user that lies in `[from, to)` of 0 to 10,000: all installations of a person are in the same share. */
export interface UserShare {
  readonly salt: string;
  readonly from: number;
  readonly to: number;
}

/** How often the user has done something. */
export interface EventLeaf {
  /** The name of the event. */
  readonly event: string;
  /** ms; from the beginning of that day of UTC on, if there was one since. Absent: ever. */
  readonly since?: number;
  readonly count: { readonly op: 'eq' | 'lt' | 'lte' | 'gt' | 'gte'; readonly value: number };
  /** Of the latest one; where it does not hold, there was none. */
  readonly where?: { readonly property: string } & Comparison;
}

export type EngagementLeaf = { readonly received: Engaged } | { readonly opened: Engaged };

/** A message that the user got, or opened: of the campaign, or any; since an instant (ms, included), or ever. */
export interface Engaged {
  readonly campaign?: string;
  readonly since?: number;
}

/** Instants in ms, neither included. */
export interface SeenRange {
  readonly before?: number;
  readonly after?: number;
}

/** Whom a filter selects; a missing value makes every comparison false but `exists: false`. */
export type Filter = { readonly and: readonly Filter[] } | { readonly or: readonly Filter[] } | { readonly not: Filter } | FilterLeaf;

/** What a filter sees of an installation. */
export type Filtered = Pick<
  Installation,
  DeviceField | 'id' | 'userId' | 'externalId' | 'subscription' | 'userVerified' | 'tags' | 'userTags' | 'attributes' | 'userAttributes' | 'location' | 'lastSeenAt' | 'firstSeenAt'
> & {
  /** What the user did; absent: nothing that the filter asks for. */
  readonly events?: UserEvents;
  /** What became of the user's messages, the same way. */
  readonly engagements?: UserEngagements;
}; // prettier-ignore

const plainMicros = 0.2;
const judgedMicros = 8; // a version, a text or a place is read and compared in JavaScript

/** Whether a field is compared part by part, `2.10` behind `2.9`. */
export function isVersion(name: string): boolean {
  return rowOf(installationTable, name).filtered === 'version';
}

/** The filter as a function; what the stores compile it to says the same. */
export function filterPredicate(filter: Filter): (installation: Filtered) => boolean {
  if ('and' in filter) {
    const parts = filter.and.map(filterPredicate);
    return (installation) => parts.every((part) => part(installation));
  }
  if ('or' in filter) {
    const parts = filter.or.map(filterPredicate);
    return (installation) => parts.some((part) => part(installation));
  }
  if ('not' in filter) {
    const part = filterPredicate(filter.not);
    return (installation) => !part(installation);
  }
  return (installation) => leafHolds(filter, installation);
}

function leafHolds(leaf: FilterLeaf, installation: Filtered): boolean {
  if ('tag' in leaf) return installation.tags.includes(leaf.tag) || installation.userTags.includes(leaf.tag);
  if ('installation' in leaf) return installation.id === leaf.installation;
  if ('lastSeen' in leaf) return isWithin(installation.lastSeenAt, leaf.lastSeen);
  if ('firstSeen' in leaf) return isWithin(installation.firstSeenAt, leaf.firstSeen);
  return valueHolds(leaf, actualOf(leaf, installation));
}

/** Leaves that look at one value of an installation. */
export type ValueLeaf = Exclude<
  FilterLeaf,
  { tag: string } | { installation: string } | { lastSeen: SeenRange } | { firstSeen: SeenRange }
>;

/** What a leaf looks at; undefined or null where it is not known. */
function actualOf(leaf: ValueLeaf, installation: Filtered): unknown {
  if ('attr' in leaf) return memberOf(installation.attributes, leaf.attr);
  if ('userAttr' in leaf) return memberOf(installation.userAttributes, leaf.userAttr);
  if ('device' in leaf) return installation[leaf.device];
  if ('near' in leaf) return installation.location;
  if ('random' in leaf) return installation.id;
  if ('share' in leaf) return installation.userId;
  if (isEngagement(leaf)) return lastEngagement(installation.engagements, engagementOf(leaf));
  if ('event' in leaf)
    return installation.events && Object.hasOwn(installation.events, leaf.event) ? installation.events[leaf.event] : null;
  switch (leaf.user) {
    case 'known':
      return installation.externalId !== null;
    case 'verified':
      return installation.userVerified;
    case 'subscription':
    case 'externalId':
      return installation[leaf.user];
  }
}

export function memberOf(attributes: Attributes, name: string): AttributeValue | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

/** 0 to 9,999. */
function hashOf(salt: string, id: unknown): number {
  return murmur3(Buffer.from(`${salt}:${String(id)}`)) % 10_000;
}

/** Whether a leaf holds for the value that it looks at. */
export function valueHolds(leaf: ValueLeaf, actual: unknown): boolean {
  if ('event' in leaf) return eventHolds(leaf, actual as EventRollup | null | undefined);
  if (isEngagement(leaf)) return typeof actual === 'number' && actual >= (engagementOf(leaf).since ?? -Infinity);
  if ('random' in leaf) return hashOf(leaf.random.salt, actual) < leaf.random.percent * 100;
  if ('share' in leaf) {
    const hash = hashOf(leaf.share.salt, actual);
    return hash >= leaf.share.from && hash < leaf.share.to;
  }
  if ('near' in leaf) return isPlace(actual) && kmBetween(actual, leaf.near) <= leaf.near.km;
  const asVersion = 'device' in leaf && isVersion(leaf.device);
  return comparisonHolds(leaf, actual, asVersion ? compareVersionTexts : compareValues);
}

function eventHolds({ since, count: { op, value }, where }: EventLeaf, rollup: EventRollup | null | undefined): boolean {
  const isMeant = rollup && (!where || comparisonHolds(where, memberOf(rollup.properties, where.property), compareValues));
  const count = isMeant ? countSince(rollup, since) : 0;
  return comparisonHolds({ op, value }, count, compareValues);
}

export function isEngagement(leaf: FilterLeaf): leaf is EngagementLeaf {
  return 'received' in leaf || 'opened' in leaf;
}

export function engagementOf(leaf: EngagementLeaf): AskedEngagement & Engaged {
  return 'received' in leaf ? { kind: 'received', ...leaf.received } : { kind: 'opened', ...leaf.opened };
}

/** What a filter asks of people's pasts: where it asks nothing, nobody's need be read. */
export interface AskedPast {
  /** Names of events. */
  readonly events: readonly string[];
  readonly engagements: readonly AskedEngagement[];
}

export function pastAskedBy(filter: Filter): AskedPast {
  const leaves = leavesOf(filter);
  const engagements = leaves.filter(isEngagement).map(engagementOf);
  const events = new Set(leaves.flatMap((leaf) => ('event' in leaf ? [leaf.event] : [])));
  return { events: [...events], engagements: engagements.map(({ since: _, ...asked }) => asked) };
}

function leavesOf(filter: Filter): readonly FilterLeaf[] {
  if ('not' in filter) return leavesOf(filter.not);
  return 'and' in filter || 'or' in filter ? ('and' in filter ? filter.and : filter.or).flatMap(leavesOf) : [filter];
}

/** Negative, 0 or positive; undefined where the two cannot be compared. */
type Compare = (actual: unknown, value: FilterValue) => number | undefined;

function comparisonHolds({ op, value }: Comparison, actual: unknown, compare: Compare): boolean {
  const isKnown = actual !== undefined && actual !== null;
  if (op === 'exists') return isKnown === value;
  if (!isKnown) return false;
  const values = Array.isArray(value) ? (value as readonly FilterValue[]) : [value as FilterValue];
  const [first = '', second = first] = values;
  const order = compare(actual, first);
  switch (op) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'lt':
      return order !== undefined && order < 0;
    case 'lte':
      return order !== undefined && order <= 0;
    case 'gt':
      return order !== undefined && order > 0;
    case 'gte':
      return order !== undefined && order >= 0;
    case 'in':
      return values.some((one) => compare(actual, one) === 0);
    case 'nin':
      return values.every((one) => compare(actual, one) !== 0);
    case 'between':
      return order !== undefined && order >= 0 && (compare(actual, second) ?? 1) <= 0;
    case 'contains':
      return typeof first === 'string' && (typeof actual === 'string' || Array.isArray(actual)) && actual.includes(first);
    case 'startsWith':
      return typeof first === 'string' && typeof actual === 'string' && actual.startsWith(first);
  }
}

/** Values of one type only; lists are compared with nothing. */
function compareValues(actual: unknown, value: FilterValue): number | undefined {
  if (typeof value === 'object') {
    const at = typeof actual === 'string' ? parseInstant(actual) : undefined;
    return at === undefined ? undefined : at - value.at;
  }
  if (typeof actual !== typeof value) return undefined;
  const one = actual as typeof value;
  return one === value ? 0 : one < value ? -1 : 1;
}

/** `2.10` is newer than `2.9`, and `2.0` is `2`; what stands behind a number counts as text. */
function compareVersionTexts(actual: unknown, value: FilterValue): number | undefined {
  if (typeof actual !== 'string' || typeof value !== 'string') return undefined;
  const [left, right] = [actual.split('.'), value.split('.')];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = comparePart(left[at] ?? '0', right[at] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(left: string, right: string): number {
  const [, leftNumber = '', leftRest = ''] = /^(\d{0,15})(.*)$/s.exec(left) ?? [];
  const [, rightNumber = '', rightRest = ''] = /^(\d{0,15})(.*)$/s.exec(right) ?? [];
  return Number(leftNumber) - Number(rightNumber) || (leftRest === rightRest ? 0 : leftRest < rightRest ? -1 : 1);
}

function isWithin(at: number, { before, after }: SeenRange): boolean {
  return (before === undefined || at < before) && (after === undefined || at > after);
}

function isPlace(value: unknown): value is { readonly lat: number; readonly lon: number } {
  return typeof value === 'object' && value !== null && 'lat' in value && 'lon' in value;
}

const earthKm = 6_371.0088; // mean radius, IUGG

/** On a sphere: half a percent at most from the truth. */
function kmBetween(a: { readonly lat: number; readonly lon: number }, b: { readonly lat: number; readonly lon: number }): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const [lat, lon] = [radians(b.lat - a.lat), radians(b.lon - a.lon)];
  const h = Math.sin(lat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(lon / 2) ** 2;
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Rough work of a filter on one installation, in microseconds: what is looked at piece by piece gets so many installations at a time. */
export function filterCost(filter: Filter): number {
  if ('not' in filter) return filterCost(filter.not);
  if ('and' in filter || 'or' in filter) return ('and' in filter ? filter.and : filter.or).reduce((sum, part) => sum + filterCost(part), 0);
  return 'tag' in filter || 'installation' in filter || 'lastSeen' in filter || 'firstSeen' in filter ? plainMicros : judgedMicros;
}

/** Why a filter does not hold: this leaf has another value than the filter needs. */
export interface FalseFilterLeaf {
  /** JSON Pointer in the filter. */
  readonly pointer: string;
  readonly leaf: FilterLeaf;
  /** What the leaf looked at; null where nothing is known. */
  readonly actual: unknown;
}

/** The first leaf, from the left, that keeps a filter from holding; null where it holds. */
export function firstFalseIn(filter: Filter, installation: Filtered): FalseFilterLeaf | null {
  return filterPredicate(filter)(installation) ? null : culprit(filter, installation, true, '');
}

function culprit(filter: Filter, installation: Filtered, expected: boolean, pointer: string): FalseFilterLeaf | null {
  if ('not' in filter) return culprit(filter.not, installation, !expected, `${pointer}/not`);
  if ('and' in filter || 'or' in filter) {
    const [name, parts] = 'and' in filter ? (['and', filter.and] as const) : (['or', filter.or] as const);
    const wrong = parts.findIndex((part) => filterPredicate(part)(installation) !== expected);
    const part = parts[wrong];
    return part ? culprit(part, installation, expected, `${pointer}/${name}/${wrong}`) : null;
  }
  return { pointer, leaf: filter, actual: seenOf(filter, installation) ?? null };
}

function seenOf(leaf: FilterLeaf, installation: Filtered): unknown {
  if ('tag' in leaf) return [...installation.tags, ...installation.userTags];
  if ('installation' in leaf) return installation.id;
  if ('lastSeen' in leaf) return installation.lastSeenAt;
  if ('firstSeen' in leaf) return installation.firstSeenAt;
  return actualOf(leaf, installation);
}
