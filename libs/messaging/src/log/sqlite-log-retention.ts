import { setImmediate } from 'node:timers/promises';
import type { Clock } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { Topic } from '../topics.ts';
import type { SqliteEventLog } from './sqlite-event-log.ts';

const dayMs = 86_400_000;
const rowsAtATime = 1_000;

/** A group not seen for this long no longer keeps the log from dropping what it has not read, ms. */
const GROUP_UNSEEN_MS = 7 * dayMs;

const floorOf = `
  SELECT min(coalesce(p.next, 0)) AS floor FROM log_groups g
  LEFT JOIN log_progress p ON p.topic = g.topic AND p.grp = g.grp AND p.partition = ?2
  WHERE g.topic = ?1 AND g.seen_at >= ?3`;
const oldest = `
  SELECT "offset", at FROM log_records WHERE topic = ? AND partition = ? AND "offset" < ? ORDER BY "offset" LIMIT ?`;

/** Drops what is older than its topic keeps, but nothing that a group seen in the last seven days has still to read. */
export class SqliteLogRetention {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
    private readonly clock: Clock,
    /** A topic keeps no longer than this, ms. The floor below holds for all: what carries work is never dropped unread. */
    private readonly keptMs = Infinity,
  ) {}

  /** Resolves with the number of records dropped. Leaves the event loop free between steps of 1,000. */
  async run(): Promise<number> {
    let dropped = 0;
    for (const topic of this.log.topics) {
      for (let partition = 0; partition < topic.partitions; partition += 1) {
        let step: number;
        do {
          step = await this.#drop(topic, partition);
          dropped += step;
        } while (step === rowsAtATime);
      }
      await setImmediate();
    }
    return dropped;
  }

  async #drop(topic: Topic, partition: number): Promise<number> {
    const offsets = this.#expired(topic, partition);
    const last = offsets.at(-1);
    if (last === undefined) return 0;
    await this.store.write(() => {
      this.store.sql('DELETE FROM log_records WHERE topic = ? AND partition = ? AND "offset" <= ?').run(topic.name, partition, last);
      // The offsets of an emptied partition go on from here.
      this.store
        .sql('INSERT INTO log_starts (topic, partition, start) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET start = excluded.start')
        .run(topic.name, partition, last + 1);
    });
    return offsets.length;
  }

  /** The offsets, from the partition's start, that may go. */
  #expired(topic: Topic, partition: number): readonly number[] {
    const now = this.clock.now();
    const floor = this.store.sql(floorOf).get(topic.name, partition, now - GROUP_UNSEEN_MS)?.['floor'] ?? Number.MAX_SAFE_INTEGER;
    const rows = this.store.sql(oldest).all(topic.name, partition, Number(floor), rowsAtATime);
    const kept = rows.findIndex((row) => Number(row['at']) >= now - Math.min(topic.retentionMs, this.keptMs));
    return (kept < 0 ? rows : rows.slice(0, kept)).map((row) => Number(row['offset']));
  }
}
