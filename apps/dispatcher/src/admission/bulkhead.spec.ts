import { FixedClock } from '#libs/testing';
import { Bulkhead } from './bulkhead.ts';
import { TestTimer } from './test-timer.ts';

function aBulkhead(capacity: number) {
  const timer = new TestTimer(new FixedClock());
  return { timer, bulkhead: new Bulkhead(capacity, timer) };
}

describe('a bulkhead', () => {
  it('keeps a quarter of its room free of bulk', async () => {
    const { bulkhead, timer } = aBulkhead(400);
    expect(await bulkhead.enter('bulk', 300, 1_000)).toBe(true);

    const bulk = bulkhead.enter('bulk', 1, 1_000);
    const transactional = bulkhead.enter('transactional', 100, 1_000);
    timer.pass(1_000);

    expect(await transactional).toBe(true);
    expect(await bulk).toBe(false);
    expect(bulkhead.inside).toBe(400);
  });

  it('lets those who wait in as soon as there is room, in their order', async () => {
    const { bulkhead, timer } = aBulkhead(400);
    await bulkhead.enter('bulk', 300, 1_000);
    const order: string[] = [];
    const first = bulkhead.enter('bulk', 200, 1_000).then(() => order.push('first'));
    const second = bulkhead.enter('bulk', 50, 1_000).then(() => order.push('second'));

    bulkhead.leave('bulk', 300);
    await Promise.all([first, second]);

    expect(order).toEqual(['first', 'second']);
    expect(timer.waiting).toBe(0);
    expect(bulkhead.inside).toBe(250);
  });

  it('lets nobody go who waits while others leave, but for five times as long', async () => {
    const { bulkhead, timer } = aBulkhead(400);
    await bulkhead.enter('bulk', 300, 1_000);
    const answers: boolean[] = [];
    const large = bulkhead.enter('bulk', 300, 1_000).then((answer) => answers.push(answer));

    for (let second = 1; second < 5; second += 1) {
      bulkhead.leave('bulk', 10);
      timer.pass(1_000);
      await Promise.resolve();
      expect(answers).toEqual([]);
    }
    bulkhead.leave('bulk', 10);
    timer.pass(1_000);
    await large;

    expect(answers).toEqual([false]);
  });

  it('lets a batch larger than all its room in alone', async () => {
    const { bulkhead } = aBulkhead(100);

    expect(await bulkhead.enter('bulk', 500, 1_000)).toBe(true);
    bulkhead.leave('bulk', 500);

    expect(bulkhead.inside).toBe(0);
  });
});
