import { setImmediate as nextTurn } from 'node:timers/promises';
import { PushError } from '#libs/kernel';
import { HOUR_MS, STAT_GROUPS, StatSum, type StatCounts, type StatGroup, type StatGroups, type StatHour } from './statistics.ts';
import type { StatisticsStore } from './statistics.store.ts';

export const STAT_BUCKETS = ['hour', 'day', 'month'] as const;
export type StatBucket = (typeof STAT_BUCKETS)[number];

export interface StatisticsQuery {
  readonly app: string;
  /** ms; the hours that begin in `[from, to)`, the one around `from` too. */
  readonly from: number;
  readonly to: number;
  readonly by: StatBucket;
  readonly groups: readonly StatGroup[];
}

/** A bucket's sums of one group. */
export interface StatisticsRow {
  /** ms */
  readonly bucket: number;
  readonly groups: Readonly<Partial<Record<StatGroup, string | null>>>;
  readonly counts: StatCounts;
  /** At the end of the bucket. Undefined for a group that installations are not told apart by. */
  readonly activeInstallations: number | undefined;
}

/** The answer would be longer than answers are. */
export class TooManyStatistics extends PushError {
  readonly code = 'too_many_statistics';
  readonly retryable = false;

  constructor(readonly most: number) {
    super(`The statistics asked for have more than ${most} rows: ask for a shorter time, larger buckets or fewer groups`);
  }
}

const hoursAtOnce = 50;
const maxRows = 10_000;

/** Reads statistics from the sums of hours, some at a time with other work in between. Throws TooManyStatistics, DependencyUnavailable. */
export class ReadStatistics {
  constructor(private readonly store: StatisticsStore) {}

  async execute(query: StatisticsQuery): Promise<readonly StatisticsRow[]> {
    const buckets = new Map<number, BucketSum>();
    const last = Math.ceil(query.to / HOUR_MS);
    let rows = 0;
    for (let from = Math.floor(query.from / HOUR_MS); from < last;) {
      const hours = await this.store.hours(query.app, from, last, hoursAtOnce);
      for (const hour of hours) {
        const at = bucketOf(hour.hour, query.by);
        const bucket = buckets.get(at) ?? new BucketSum(query.groups);
        buckets.set(at, bucket);
        const before = bucket.size;
        bucket.add(hour);
        rows += bucket.size - before;
        if (rows > maxRows) throw new TooManyStatistics(maxRows);
      }
      const end = hours.at(-1);
      if (!end || hours.length < hoursAtOnce) break;
      from = end.hour + 1;
      await nextTurn();
    }
    return [...buckets].flatMap(([bucket, sum]) => sum.rows().map((row) => ({ bucket, ...row })));
  }
}

/** When the bucket of an hour begins, ms, in UTC. */
function bucketOf(hour: number, by: StatBucket): number {
  const at = new Date(hour * HOUR_MS);
  if (by === 'hour') return at.getTime();
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), by === 'day' ? at.getUTCDate() : 1);
}

class BucketSum {
  readonly #sum = new StatSum();
  readonly #groups: ReadonlySet<StatGroup>;
  #active = new Map<string | null, number>();

  constructor(groups: readonly StatGroup[]) {
    this.#groups = new Set(groups);
  }

  get size(): number {
    return this.#sum.size;
  }

  /** Hours come in their order: the last one's level is the bucket's. */
  add({ rows, active }: StatHour): void {
    for (const { counts, ...groups } of rows) this.#sum.add(this.#narrowed(groups), counts);
    if (active.length > 0) this.#active = this.#levels(active);
    for (const provider of this.#active.keys()) this.#sum.add(this.#narrowed({ provider }), {});
  }

  rows() {
    return this.#sum.rows().map(({ counts, ...all }) => {
      const isLevel = STAT_GROUPS.every((group) => group === 'provider' || all[group] === null);
      const activeInstallations = isLevel ? this.#active.get(all.provider) : undefined;
      const groups = Object.fromEntries(STAT_GROUPS.filter((group) => this.#groups.has(group)).map((group) => [group, all[group]]));
      return { groups, counts, activeInstallations };
    });
  }

  #levels(active: StatHour['active']): Map<string | null, number> {
    const levels = new Map<string | null, number>();
    for (const { provider, installations } of active) {
      const of = this.#groups.has('provider') ? provider : null;
      levels.set(of, (levels.get(of) ?? 0) + installations);
    }
    return levels;
  }

  #narrowed(groups: Partial<StatGroups>): StatGroups {
    const of = (group: StatGroup) => (this.#groups.has(group) ? (groups[group] ?? null) : null);
    return { provider: of('provider'), platform: of('platform'), campaign: of('campaign'), variant: of('variant'), reason: of('reason') };
  }
}
