import type { Attributes } from '../field-kinds.ts';
import { TooManyEventNames } from '../registry-errors.ts';

/** Something that a person did, as an SDK, a backend or an event of another system tells of it. */
export interface TrackedEvent {
  /** Of its author's making: told twice, it counts once. */
  readonly id: string;
  readonly name: string;
  /** ms since 1970. */
  readonly at: number;
  readonly properties: Attributes;
}

/** What is kept of all events of one name that a person caused. */
export interface EventRollup {
  readonly firstAt: number;
  readonly lastAt: number;
  readonly total: number;
  /** How many on each day of UTC, by its number since 1970; the last 90 of them. */
  readonly days: Readonly<Record<string, number>>;
  /** Of the latest. */
  readonly properties: Attributes;
}

/** By name. */
export type UserEvents = Readonly<Record<string, EventRollup>>;

export const DAY_MS = 86_400_000;
const keptDays = 90;
/** Names of events that are kept of a person. */
export const MAX_EVENT_NAMES = 100;
/** An older event is not taken … */
export const MAX_EVENT_AGE_MS = 30 * DAY_MS;
/** … nor one further in the future than clocks may differ. */
export const MAX_EVENT_LEAD_MS = 5 * 60_000;

/** Ids that are remembered of one person and name. */
const maxRecent = 256;

/** A rollup with the ids that it has lately counted, as it is stored. */
export interface CountedRollup extends EventRollup {
  /** The newest last. */
  readonly recent: readonly string[];
}

/** The rollup with the event in it; undefined where it has been counted. */
export function counted(rollup: CountedRollup | undefined, { id, at, properties }: TrackedEvent): CountedRollup | undefined {
  if (!rollup) return { firstAt: at, lastAt: at, total: 1, days: { [dayOf(at)]: 1 }, properties, recent: [id] };
  if (rollup.recent.includes(id)) return undefined;
  const other = { firstAt: at, lastAt: at, total: 1, days: { [dayOf(at)]: 1 }, properties };
  return { ...joined(rollup, other), recent: [...rollup.recent, id].slice(-maxRecent) };
}

/**
 * Those of the events that `counted` would count, each id once. `recent`: ids by name, of the names that the person has among those of the events; `names`: how many names
 * the person has in all. Throws TooManyEventNames.
 */
export function uncounted(
  recent: ReadonlyMap<string, readonly string[]>,
  names: number,
  events: readonly TrackedEvent[],
): readonly TrackedEvent[] {
  const seen = new Map(Array.from(recent, ([name, ids]) => [name, new Set(ids)]));
  const fresh = events.filter(({ id, name }) => {
    const ids = seen.get(name) ?? new Set();
    if (ids.has(id)) return false;
    seen.set(name, ids.add(id));
    return true;
  });
  if (seen.size > recent.size && names + seen.size - recent.size > MAX_EVENT_NAMES) throw new TooManyEventNames();
  return fresh;
}

/** The rollup of a person with that of another one in it, who turned out to be the same; `id` marks that it is in. Undefined where it has been in. */
export function withMerged(rollup: CountedRollup | undefined, merged: CountedRollup, id: string): CountedRollup | undefined {
  if (!rollup) return { ...merged, recent: [...merged.recent, id].slice(-maxRecent) };
  if (rollup.recent.includes(id)) return undefined;
  return { ...joined(rollup, merged), recent: [...rollup.recent, ...merged.recent, id].slice(-maxRecent) };
}

function joined(one: EventRollup, other: EventRollup): EventRollup {
  const lastAt = Math.max(one.lastAt, other.lastAt);
  const days: Record<string, number> = {};
  for (const [day, count] of [...Object.entries(one.days), ...Object.entries(other.days)])
    if (Number(day) > dayOf(lastAt) - keptDays) days[day] = (days[day] ?? 0) + count;
  return {
    firstAt: Math.min(one.firstAt, other.firstAt),
    lastAt,
    total: one.total + other.total,
    days,
    properties: other.lastAt >= one.lastAt ? other.properties : one.properties,
  };
}

/** How many since an instant (ms), its whole day counted; of all that there ever were without one. */
export function countSince(rollup: EventRollup | null | undefined, since: number | undefined): number {
  if (!rollup) return 0;
  if (since === undefined) return rollup.total;
  if (rollup.lastAt < since) return 0;
  let count = 0;
  for (const [day, events] of Object.entries(rollup.days)) if (Number(day) >= dayOf(since)) count += events;
  return count;
}

function dayOf(at: number): number {
  return Math.floor(at / DAY_MS);
}
