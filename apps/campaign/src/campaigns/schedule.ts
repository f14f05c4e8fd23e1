import { instantIn, localInstants, parseInstant } from '#libs/kernel';
import type { Comparison } from '#libs/registry';
import { Cron } from 'croner';

/** What a property of an event has to be. */
export interface PropertyCondition extends Comparison {
  readonly property: string;
}

/** An event of a user, by its name and perhaps one of its properties. */
export interface EventCondition {
  readonly event: string;
  readonly where?: PropertyCondition;
}

/** Whether a user who got a campaign may get it again: `after` and an ISO 8601 duration since it last began for them. */
export type Again = 'never' | 'always' | `after ${string}`;

export interface OnEvent extends EventCondition {
  /** ISO 8601; it is sent so long after the event. */
  readonly delay?: string;
  /** Keeps it from being sent while the delay lasts. */
  readonly unless?: EventCondition;
  readonly again: Again;
}

export interface OnAttribute {
  readonly attribute: string;
  readonly becomes: string | number | boolean;
  readonly again: Again;
}

export interface CronSchedule {
  readonly cron: string;
  readonly timeZone: string;
  readonly from?: string;
  readonly until?: string;
  readonly missed: 'once' | 'skip';
}

export interface LocalTimeSchedule {
  /** A wall clock time without a zone. */
  readonly localTime: string;
  /** Of installations whose zone is not known. */
  readonly fallbackTimeZone: string;
  readonly late: 'send' | 'skip';
}

/** When a campaign makes its sends. */
export type Schedule =
  { readonly at: string } | LocalTimeSchedule | CronSchedule | { readonly on: OnEvent | OnAttribute } | { readonly api: true };

/** A restart is no miss: what is no later than this goes, whatever is said of missed and late ones. */
const lateAfterMs = 300_000;

/** The cron expression as a calendar. Throws for what is none. */
export function calendarOf({ cron, timeZone }: Pick<CronSchedule, 'cron' | 'timeZone'>): Cron {
  return new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' });
}

/** The first planned instant (ms) of a campaign that is launched at `now`, perhaps one that has passed; null: what comes is not planned. */
export function firstPlanned(schedule: Schedule, now: number): number | null {
  if ('at' in schedule) return parseInstant(schedule.at) ?? null;
  if ('localTime' in schedule) {
    const [first] = localInstants(schedule.localTime).filter(({ at }) => schedule.late === 'send' || now - at <= lateAfterMs);
    return first?.at ?? null;
  }
  if (!('cron' in schedule)) return null;
  const from = schedule.from === undefined ? 0 : (parseInstant(schedule.from) ?? 0);
  return nextRun(schedule, Math.max(now, from) - 1);
}

export interface PlannedStep {
  /** The planned instant of the send that goes now; null: it is skipped. */
  readonly goes: number | null;
  /** The planned instant after it; null: there is none. */
  readonly next: number | null;
}

/** What happens at `now` when the time of `planned` has come, or has long passed: one send at most for each step, never all that were missed. */
export function stepOf(schedule: Schedule, planned: number, now: number): PlannedStep {
  if ('localTime' in schedule) {
    const next = localInstants(schedule.localTime).find(({ at }) => at > planned)?.at ?? null;
    return { goes: schedule.late === 'send' || now - planned <= lateAfterMs ? planned : null, next };
  }
  if (!('cron' in schedule)) return { goes: planned, next: null };
  const goes = Math.max(planned, lastRun(schedule, now) ?? planned);
  return { goes: schedule.missed === 'once' || now - goes <= lateAfterMs ? goes : null, next: nextRun(schedule, Math.max(goes, now)) };
}

/** The zones at whose clocks a local time is shown at an instant, and whether installations without a known zone belong to them. */
export function zonesAt({ localTime, fallbackTimeZone }: LocalTimeSchedule, at: number) {
  const timeZones = localInstants(localTime).find((instant) => instant.at === at)?.timeZones ?? [];
  return { timeZones, takesUnknown: instantIn(fallbackTimeZone, localTime) === at };
}

/** The first run after an instant (ms). */
function nextRun(schedule: CronSchedule, after: number): number | null {
  const at = calendarOf(schedule).nextRun(new Date(after))?.getTime() ?? null;
  return at !== null && at < untilOf(schedule) ? at : null;
}

/** The last run at or before an instant (ms). */
function lastRun(schedule: CronSchedule, now: number): number | undefined {
  const before = Math.min(now, untilOf(schedule) - 1);
  return calendarOf(schedule)
    .previousRuns(1, new Date(before + 1))[0]
    ?.getTime();
}

function untilOf({ until }: CronSchedule): number {
  return until === undefined ? Infinity : (parseInstant(until) ?? Infinity);
}
