import { StaleRevision, againWhenStale } from '#libs/kernel';
import { joinedMarks, newRecord, personKey, type FrequencyRecord } from './frequency-mark.ts';

const conflicts = 20;

/** What counts by frequency caps, for each person and device that has anything. All calls may throw DependencyUnavailable. */
export abstract class FrequencyMarks {
  /** Those of at most 1,000 keys that have a record. */
  abstract find(keys: readonly string[]): Promise<ReadonlyMap<string, FrequencyRecord>>;
  /**
   * Stores each record whose revision before is the stored one (see `isFirst`: of which none is stored). Answers the keys of the others, in whose place nothing
   * was changed: read them again.
   */
  abstract save(records: readonly FrequencyRecord[]): Promise<ReadonlySet<string>>;
  /** Answers how many went. */
  abstract remove(keys: readonly string[]): Promise<number>;
  /** Drops at most `limit` records of which no cap looks at anything since `before`, ms; answers how many. */
  abstract dropExpired(before: number, limit: number): Promise<number>;

  /**
   * What counts for one person counts for another, who turned out to be the same; the record stays and says so, for whoever still knows the person by
   * its former id. Safe to repeat. Throws StaleRevision.
   */
  async move(app: string, fromUserId: string, toUserId: string): Promise<void> {
    const [from, to] = [personKey(app, fromUserId), personKey(app, toUserId)];
    await againWhenStale(conflicts, async () => {
      const found = await this.find([from, to]);
      const moved = found.get(from);
      if (!moved || moved.movedTo !== undefined) return;
      const target = found.get(to) ?? newRecord(to, Math.random());
      await this.#store({ ...target, marks: joinedMarks(target.marks, moved.marks) });
      await this.#store({ ...moved, movedTo: to });
    });
  }

  async #store(record: FrequencyRecord): Promise<void> {
    if ((await this.save([record])).size > 0) throw new StaleRevision(record.key);
  }
}
