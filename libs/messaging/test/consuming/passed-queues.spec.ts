import { DependencyUnavailable } from '#libs/kernel';
import { GroupPositions, type GroupName } from '../../src/consuming/group-positions.ts';
import { PassedQueues } from '../../src/consuming/passed-queues.ts';

const group = { service: 'dispatcher', topic: 'push.dispatch.apns.bulk' };

/** Queues of which everything has left that entered before a time. */
class Positions extends GroupPositions {
  asked = 0;

  constructor(private readonly answer: (group: GroupName, before: number) => boolean) {
    super();
  }

  override async hasFinished(name: GroupName, before: number): Promise<boolean> {
    this.asked += 1;
    return this.answer(name, before);
  }

  override async of(): Promise<ReadonlyMap<number, number>> {
    return Promise.resolve(new Map());
  }
}

describe('What queues have let pass', () => {
  it('is asked for once where an answer tells of earlier or later events too', async () => {
    const positions = new Positions((_, before) => before <= 100);
    const queues = new PassedQueues(positions);
    const answers = [];
    for (const before of [100, 50, 100, 200, 300, 200]) answers.push(await queues.hasPassed(group, before));

    expect(answers).toEqual([true, true, true, false, false, false]);
    expect(positions.asked).toBe(2);
  });

  it('is known for each topic by itself', async () => {
    const queues = new PassedQueues(new Positions(({ topic }) => topic === group.topic));

    expect(await queues.hasPassed(group, 1)).toBe(true);
    expect(await queues.hasPassed({ ...group, topic: 'push.dispatch.fcm.bulk' }, 1)).toBe(false);
  });

  it('is everything where nobody can tell, because saying an event again does no harm', async () => {
    const queues = new PassedQueues(
      new Positions(() => {
        throw new DependencyUnavailable('Kafka');
      }),
    );

    expect(await queues.hasPassed(group, 1)).toBe(true);
  });
});
