import { ACTIVITY_TOPIC } from '#libs/events';
import { topics, GroupPositions } from '#libs/messaging';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { murmur3 } from '#libs/kernel';
import { activityLogContract } from '../../src/activity/activity-log.contract.ts';
import { MongoActivityLog, activityCollection, activityStartCollection } from '../../src/activity/mongo-activity-log.ts';

const { partitions = 0 } = topics.find(({ name }) => name === ACTIVITY_TOPIC) ?? {};

/** How far the group of `push.activity` has come. */
class Positions extends GroupPositions {
  readonly next = new Map<number, number>();

  async hasFinished(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async of(): Promise<ReadonlyMap<number, number>> {
    return Promise.resolve(new Map(this.next));
  }
}

describeWithEngines('activity on MongoDB', ({ MONGODB_URI }) => {
  const open = testMongoStores(MONGODB_URI, [activityCollection, activityStartCollection]);

  async function opened() {
    const positions = new Positions();
    return { positions, log: new MongoActivityLog(await open(), positions, 0) };
  }

  activityLogContract('MongoDB', async () => {
    const { positions, log } = await opened();
    return {
      log,
      async tell(some, at = 0) {
        for (const { key, envelope } of some) {
          const partition = murmur3(Buffer.from(key)) % partitions;
          const offset = positions.next.get(partition) ?? 0;
          const record = { partition, offset, at, value: JSON.stringify(envelope) };
          const [app = ''] = key.split(':');
          await log.keep(app, record);
          await log.keep(app, record); // as after a crash before the commit
          positions.next.set(partition, offset + 1);
        }
      },
      async forget(at) {
        while ((await log.dropOlder(at, 7)) === 7);
      },
    };
  });

  it('tells nothing that stands behind what is not kept yet', async () => {
    const { positions, log } = await opened();
    await log.keep('shop', { partition: 3, offset: 1, at: 0, value: '{"id":"second"}' });
    const before = await log.read('shop', await log.starts(), 10);

    await log.keep('shop', { partition: 3, offset: 0, at: 0, value: '{"id":"first"}' });
    positions.next.set(3, 2);
    const after = await log.read('shop', before.next, 10);

    expect(before.records).toEqual([]);
    expect(after.records.map(({ value }) => value)).toEqual(['{"id":"first"}', '{"id":"second"}']);
  });
});
