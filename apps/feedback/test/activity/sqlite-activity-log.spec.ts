import { SqliteEventLog, SqliteLogRetention } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { activityLogContract } from '../../src/activity/activity-log.contract.ts';
import { SqliteActivityLog } from '../../src/activity/sqlite-activity-log.ts';

const dayMs = 86_400_000;

function opened() {
  const store = new SqliteStore({ file: ':memory:' });
  const clock = new FixedClock(0);
  const events = new SqliteEventLog(store, clock);
  return { store, clock, events, log: new SqliteActivityLog(store, events) };
}

activityLogContract('SQLite', async () => {
  const { store, clock, events, log } = opened();
  return {
    log,
    async tell(some, at = 0) {
      clock.advance(Math.max(0, at - clock.now()));
      await store.write(() => {
        events.append(some);
      });
    },
    async forget(at) {
      clock.advance(at + 7 * dayMs - clock.now());
      await new SqliteLogRetention(store, events, clock).run();
    },
  };
});

describe('activity on SQLite', () => {
  it('is read over an index on the app', () => {
    const { store } = opened();
    const plan = store
      .sql(
        `EXPLAIN QUERY PLAN SELECT partition, "offset", at, value FROM log_records INDEXED BY log_facts_by_app WHERE topic = 'push.activity'
         AND substr(key, 1, instr(key || ':', ':') - 1) = ? AND partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?`,
      )
      .all('shop', 0, 0, 1);

    expect(plan.map((row) => String(row['detail']))).toEqual([expect.stringContaining('log_facts_by_app')]);
  });
});
