import type { StatHour, StatPart } from './statistics.ts';

/** Whose hour it is. */
export type HourPlace = Pick<StatHour, 'app' | 'hour'>;

/** What has to be summed, for the first time or again. */
export interface StatMark {
  readonly app: string;
  /** The id of a send, or an hour (`hour:473352`). */
  readonly subject: string;
  /** ms */
  readonly dueAt: number;
  /** Rises each time it is marked: what came while it was summed is not lost. */
  readonly marks: number;
}

/** Statistics, and what they are summed from. Feedback alone writes them. All calls may throw DependencyUnavailable. */
export abstract class StatisticsStore {
  /** Marks a subject, and answers when it is due: at the earliest time that it was marked for. */
  abstract mark(app: string, subject: string, dueAt: number): Promise<number>;
  /** Marks that are due by now (ms), longest due first. */
  abstract dueMarks(now: number, limit: number): Promise<readonly StatMark[]>;
  /** Takes a mark away, unless it was marked again since it was read. */
  abstract unmark(mark: StatMark): Promise<void>;

  abstract savePart(part: StatPart): Promise<void>;
  abstract findPart(place: HourPlace, source: string): Promise<StatPart | undefined>;
  /** Parts of an hour by source, after one; at most `limit`. */
  abstract parts(place: HourPlace, after: string, limit: number): Promise<readonly StatPart[]>;
  /** Answers how many went; at most `limit`. */
  abstract dropParts(place: HourPlace, limit: number): Promise<number>;

  abstract findHour(place: HourPlace): Promise<StatHour | undefined>;
  /** If the stored revision is `hour.revision - 1` (1: not stored). Throws StaleRevision. */
  abstract saveHour(hour: StatHour): Promise<void>;
  /** Hours of an app from `from` on and before `to`, in order; at most `limit`. */
  abstract hours(app: string, from: number, to: number, limit: number): Promise<readonly StatHour[]>;
  /** Hours of all apps before one that are not sealed, oldest first. */
  abstract unsealed(before: number, limit: number): Promise<readonly HourPlace[]>;
  /** Hours of all apps before one go; answers how many did, at most `limit`. */
  abstract dropHours(before: number, limit: number): Promise<number>;
}
