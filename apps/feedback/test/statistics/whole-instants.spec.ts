import { FixedClock } from '#libs/testing';
import { setTimeout as after } from 'node:timers/promises';
import { MarkStatistics } from '../../src/statistics/mark-statistics.ts';
import type { StatMark, StatisticsStore } from '../../src/statistics/statistics.store.ts';
import { SumStatistics } from '../../src/statistics/sum-statistics.ts';

const clock = new FixedClock('2026-01-01T12:00:00Z');

/** A store that keeps when it was told to come back, and has the marks that it was told of due once. */
function noting() {
  const marks: StatMark[] = [];
  const dueAt: number[] = [];
  const store = {
    mark: (app: string, subject: string, at: number) => {
      marks.push({ app, subject, dueAt: at, marks: 1 });
      return Promise.resolve((dueAt[dueAt.length] = at));
    },
    dueMarks: () => Promise.resolve(marks.splice(0)),
    unmark: () => Promise.resolve(),
  };
  return { store: store as unknown as StatisticsStore, dueAt };
}

describe('when statistics are summed again', () => {
  it.each([240_001, 1_000_003, 7_777_777])('is a whole millisecond, as every instant is: %d ms after the end of a send', async (age) => {
    const { store, dueAt } = noting();

    await new MarkStatistics(store, clock).changed('shop', 'a', clock.now() - age);

    expect(dueAt).toEqual([clock.now() + Math.max(60_000, Math.ceil(age / 4))]);
  });

  it('is a whole millisecond after an hour that took long', async () => {
    const { store, dueAt } = noting();
    const sumHour = { execute: () => after(120) };
    const sums = new SumStatistics(store, {} as never, {} as never, sumHour as never, clock, 30);
    const place = { app: 'shop', hour: clock.now() };

    await sums.mark(place);
    await sums.execute();
    await sums.mark(place);

    expect(dueAt).toHaveLength(2);
    expect(dueAt[1]).toBeGreaterThan(dueAt[0] ?? Infinity);
    expect(dueAt.filter((at) => !Number.isInteger(at))).toEqual([]);
  });
});
