import { FixedClock } from '#libs/testing';
import { Bulkhead } from '../../src/admission/bulkhead.ts';
import { Room } from '../../src/admission/room.ts';
import { TestTimer } from './test-timer.ts';

function aBulkhead(capacity: number) {
  const timer = new TestTimer(new FixedClock());
  return { timer, bulkhead: new Bulkhead(capacity, timer) };
}

describe('a bulkhead', () => {
  it('keeps a quarter of its room free of bulk', async () => {
    const { bulkhead, timer } = aBulkhead(400);
    await bulkhead.enter('bulk', 300, 1_000);

    const bulk = bulkhead.enter('bulk', 1, 1_000);
    const transactional = bulkhead.enter('transactional', 100, 1_000);
    timer.pass(1_000);

    expect(await transactional).toBeInstanceOf(Room);
    expect(await bulk).toBeUndefined();
    expect(bulkhead.inside).toBe(400);
  });

  it('lets those who wait in as soon as there is room, in their order', async () => {
    const { bulkhead, timer } = aBulkhead(400);
    const room = await bulkhead.enter('bulk', 300, 1_000);
    const order: string[] = [];
    const first = bulkhead.enter('bulk', 200, 1_000).then(() => order.push('first'));
    const second = bulkhead.enter('bulk', 50, 1_000).then(() => order.push('second'));

    room?.close();
    await Promise.all([first, second]);

    expect(order).toEqual(['first', 'second']);
    expect(timer.waiting).toBe(0);
    expect(bulkhead.inside).toBe(250);
  });

  it('lets nobody go who waits while room comes back, but for four times as long', async () => {
    const { bulkhead, timer } = aBulkhead(400);
    const room = await bulkhead.enter('bulk', 300, 1_000);
    const answers: unknown[] = [];
    const large = bulkhead.enter('bulk', 300, 1_000).then((answer) => answers.push(answer));

    for (let second = 1; second < 4; second += 1) {
      room?.giveBack(10);
      timer.pass(1_000);
      await Promise.resolve();
      expect(answers).toEqual([]);
    }
    room?.giveBack(10);
    timer.pass(1_000);
    await large;

    expect(answers).toEqual([undefined]);
  });

  it('has room again for each answer, whatever the rest of a batch waits for, and once for each message', async () => {
    const { bulkhead } = aBulkhead(400);
    const slow = await bulkhead.enter('bulk', 300, 1_000);

    slow?.giveBack(290);
    expect(await bulkhead.enter('bulk', 290, 1_000)).toBeInstanceOf(Room);
    slow?.giveBack(290);
    slow?.close();

    expect(bulkhead.inside).toBe(290);
  });

  it('lets a batch larger than all its room in alone', async () => {
    const { bulkhead } = aBulkhead(100);

    const room = await bulkhead.enter('bulk', 500, 1_000);
    expect(bulkhead.inside).toBe(75);
    room?.giveBack(500);

    expect(bulkhead.inside).toBe(0);
  });
});
