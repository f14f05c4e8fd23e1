import { ACTIVITY_TOPIC } from '#libs/events';
import type { SqliteEventLog } from '#libs/messaging';
import type { SqliteStore } from '#libs/storage';
import { ActivityLog, byTime, type ActivityPage, type ActivityRecord } from './activity-log.ts';

const lookAgainMs = 1_000;
// As the index of messaging-003 has it.
const page = `
  SELECT partition, "offset", at, value FROM log_records INDEXED BY log_facts_by_app
  WHERE topic = 'push.activity' AND substr(key, 1, instr(key || ':', ':') - 1) = ? AND partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?`;
const first = 'SELECT "offset", at FROM log_records WHERE topic = ? AND partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT 1';

/** The embedded log itself, by an index on the app: a fact can be read from the commit on that stores its cause. */
export class SqliteActivityLog extends ActivityLog {
  readonly partitions: number;
  readonly isTopic = true;

  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
    this.partitions = log.topicNamed(ACTIVITY_TOPIC).partitions;
  }

  async read(app: string, from: readonly number[], limit: number): Promise<ActivityPage> {
    const next: number[] = [];
    const records = from.flatMap((offset, partition) => {
      const some = this.store.sql(page).all(app, partition, offset, limit) as unknown as ActivityRecord[];
      next.push(some.length < limit ? Math.max(offset, this.log.end(ACTIVITY_TOPIC, partition)) : (some.at(-1)?.offset ?? 0) + 1);
      return some;
    });
    return { records: byTime(records), next };
  }

  async starts(): Promise<readonly number[]> {
    const rows = this.store.sql('SELECT partition, start FROM log_starts WHERE topic = ?').all(ACTIVITY_TOPIC);
    const starts = new Map(rows.map(({ partition, start }) => [Number(partition), Number(start)]));
    return Array.from({ length: this.partitions }, (_, partition) => starts.get(partition) ?? 0);
  }

  /** Halves the range until it is found: times rise with offsets. */
  async since(_app: string, at: number): Promise<readonly number[]> {
    const starts = await this.starts();
    return starts.map((start, partition) => {
      let [from, to] = [start, this.log.end(ACTIVITY_TOPIC, partition)];
      while (from < to) {
        const middle = Math.floor((from + to) / 2);
        const row = this.store.sql(first).get(ACTIVITY_TOPIC, partition, middle);
        if (!row || Number(row['at']) >= at) to = middle;
        else from = Number(row['offset']) + 1;
      }
      return from;
    });
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const stop = this.log.onAppend((topic) => {
        if (topic === ACTIVITY_TOPIC) done();
      });
      const timer = setTimeout(done, lookAgainMs);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  /** The log has it. */
  async keep(): Promise<void> {
    await Promise.resolve();
  }

  /** The log has a retention of its own. */
  async dropOlder(): Promise<number> {
    return Promise.resolve(0);
  }
}
