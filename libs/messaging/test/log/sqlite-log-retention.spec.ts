import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { TEST_TOPIC, things } from '../consuming/test-events.ts';
import { fromBeginning } from '../../src/consuming/partition-progress.ts';
import { topicsNamed } from '../../src/topics.ts';
import { SqliteEventLog } from '../../src/log/sqlite-event-log.ts';
import { SqliteLogRetention } from '../../src/log/sqlite-log-retention.ts';
import { SqliteProgress } from '../../src/log/sqlite-progress.ts';

const dayMs = 86_400_000;
const group = `carillon.test.${TEST_TOPIC}`;

function open() {
  const clock = new FixedClock();
  const store = new SqliteStore({ file: ':memory:' });
  const log = new SqliteEventLog(store, clock, topicsNamed([TEST_TOPIC]));
  const append = (count: number) =>
    store.write(() => {
      log.append(things(['a'], count));
    });
  const count = () => Number(store.sql('SELECT count(*) AS n FROM log_records').get()?.['n']);
  const partition = async () => Number(store.sql('SELECT DISTINCT partition FROM log_records').get()?.['partition']);
  return {
    clock,
    store,
    log,
    append,
    count,
    partition,
    progress: new SqliteProgress(store),
    retention: new SqliteLogRetention(store, log, clock),
  };
}

describe('retention of the embedded log', () => {
  it('drops what is older than seven days, in steps, and keeps the rest', async () => {
    const { clock, append, count, retention } = open();
    await append(2_500);
    clock.advance(7 * dayMs + 1);
    await append(3);

    expect(await retention.run()).toBe(2_500);
    expect(count()).toBe(3);
  });

  it('never gives an offset twice, even when a partition was emptied', async () => {
    const { clock, log, append, count, partition, retention } = open();
    await append(5);
    const where = await partition();
    clock.advance(7 * dayMs + 1);

    await retention.run();

    expect(count()).toBe(0);
    expect(log.end(TEST_TOPIC, where)).toBe(5);
  });

  it('keeps what an active group has still to read', async () => {
    const { clock, append, count, partition, progress, retention } = open();
    await append(5);
    clock.advance(8 * dayMs);
    await progress.markSeen(TEST_TOPIC, group, clock.now() - 6 * dayMs);
    await progress.save(TEST_TOPIC, group, [{ partition: await partition(), progress: { ...fromBeginning, next: 2 } }]);

    expect(await retention.run()).toBe(2);
    expect(count()).toBe(3);
  });

  it('keeps everything for an active group that has not begun', async () => {
    const { clock, append, count, progress, retention } = open();
    await append(5);
    clock.advance(8 * dayMs);
    await progress.markSeen(TEST_TOPIC, group, clock.now());

    expect(await retention.run()).toBe(0);
    expect(count()).toBe(5);
  });

  it('is not held up by a group that was not seen for seven days', async () => {
    const { clock, append, progress, retention } = open();
    await append(5);
    await progress.markSeen(TEST_TOPIC, group, clock.now());
    clock.advance(7 * dayMs + 1);

    expect(await retention.run()).toBe(5);
  });
});
