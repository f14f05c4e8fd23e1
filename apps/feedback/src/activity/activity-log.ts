/** A record of `push.activity`. */
export interface ActivityRecord {
  readonly partition: number;
  readonly offset: number;
  /** When the log took it, ms. */
  readonly at: number;
  /** The CloudEvent as JSON. */
  readonly value: string;
}

export interface ActivityPage {
  /** By time, those of a partition by offset. */
  readonly records: readonly ActivityRecord[];
  /** Where reading goes on, by partition: behind the records, or further, where the app has none up to there. */
  readonly next: readonly number[];
}

/**
 * The facts of single apps, read from any position in any order of partitions. What is read is complete: no record comes later below an offset that was
 * passed. All calls may throw DependencyUnavailable.
 */
export abstract class ActivityLog {
  abstract readonly partitions: number;
  /** Whether it reads the topic itself, out of which nothing can be taken, and keeps no copy. */
  abstract readonly isTopic: boolean;
  /** From the offsets on, of each partition at most `limit`. */
  abstract read(app: string, from: readonly number[], limit: number): Promise<ActivityPage>;
  /** The lowest offset of each partition that is still kept. */
  abstract starts(): Promise<readonly number[]>;
  /** Where the facts begin that are not older than `at` (ms), about; all below is there. */
  abstract since(app: string, at: number): Promise<readonly number[]>;
  /** Resolves when there may be more, on the signal, and after a second at the latest. */
  abstract changed(signal: AbortSignal): Promise<void>;
  /** Keeps a record that a consumer of `push.activity` was handed, where the log of the runtime cannot be read by app. Safe to repeat. */
  abstract keep(app: string, record: ActivityRecord): Promise<void>;
  /** Drops what was kept before `before` (ms), at most `limit`; answers how many. */
  abstract dropOlder(before: number, limit: number): Promise<number>;
}

/** Records of several partitions in one order. */
export function byTime(records: readonly ActivityRecord[]): readonly ActivityRecord[] {
  return records.toSorted((one, other) => one.at - other.at || one.partition - other.partition || one.offset - other.offset);
}
