import { StaleRevision } from '#libs/kernel';
import type { StatHour, StatPart } from './statistics.ts';
import type { StatisticsStore } from './statistics.store.ts';

const groups = { provider: 'apns', platform: 'ios', campaign: 'spring', variant: null, reason: null };

function aPart(source: string, targeted = 1): StatPart {
  return { app: 'shop', hour: 10, source, rows: [{ ...groups, counts: { targeted } }] };
}

function anHour(facts: Partial<StatHour> = {}): StatHour {
  return { app: 'shop', hour: 10, revision: 1, sealed: false, rows: [{ ...groups, counts: { targeted: 2 } }], active: [], ...facts };
}

export function statisticsStoreContract(adapter: string, open: () => Promise<StatisticsStore>): void {
  describe(`${adapter} as a store of statistics`, () => {
    it('marks a send once, for the earliest of its times', async () => {
      const store = await open();

      expect(await store.mark('shop', 'a', 20)).toBe(20);
      expect(await store.mark('shop', 'a', 30)).toBe(20);
      expect(await store.mark('shop', 'b', 10)).toBe(10);
      expect(await store.dueMarks(9, 10)).toEqual([]);
      expect((await store.dueMarks(20, 10)).map(({ subject }) => subject)).toEqual(['b', 'a']);
      expect(await store.dueMarks(20, 1)).toEqual([{ app: 'shop', subject: 'b', dueAt: 10, marks: 1 }]);
    });

    it('keeps a mark that was set again while its send was summed', async () => {
      const store = await open();
      await store.mark('shop', 'a', 20);
      const [read] = await store.dueMarks(20, 1);
      await store.mark('shop', 'a', 20);
      if (read) await store.unmark(read);
      const [again] = await store.dueMarks(20, 1);

      expect(again).toMatchObject({ subject: 'a', marks: 2 });
      if (again) await store.unmark(again);
      expect(await store.dueMarks(20, 1)).toEqual([]);
    });

    it('replaces a part, and reads those of an hour by source', async () => {
      const store = await open();
      for (const part of [aPart('b'), aPart('a'), aPart('b', 5), { ...aPart('c'), hour: 11 }, { ...aPart('d'), app: 'other' }])
        await store.savePart(part);
      const place = { app: 'shop', hour: 10 };

      expect(await store.findPart(place, 'b')).toEqual(aPart('b', 5));
      expect(await store.findPart(place, 'c')).toBeUndefined();
      expect((await store.parts(place, '', 10)).map(({ source }) => source)).toEqual(['a', 'b']);
      expect((await store.parts(place, 'a', 1)).map(({ source }) => source)).toEqual(['b']);
      expect(await store.dropParts(place, 1)).toBe(1);
      expect(await store.dropParts(place, 10)).toBe(1);
      expect(await store.dropParts(place, 10)).toBe(0);
      expect(await store.findPart({ app: 'shop', hour: 11 }, 'c')).toBeDefined();
    });

    it('gives an hour back whole, and refuses a save built on an old revision', async () => {
      const store = await open();
      await store.saveHour(anHour());
      const next = anHour({ revision: 2, sealed: true, active: [{ provider: 'apns', installations: 3 }] });
      await store.saveHour(next);

      await expect(store.saveHour(anHour())).rejects.toThrow(StaleRevision);
      await expect(store.saveHour(anHour({ revision: 2 }))).rejects.toThrow(StaleRevision);
      expect(await store.findHour({ app: 'shop', hour: 10 })).toEqual(next);
      expect(await store.findHour({ app: 'other', hour: 10 })).toBeUndefined();
    });

    it('reads hours of an app in order, those to be sealed of all apps, and lets old ones go', async () => {
      const store = await open();
      for (const hour of [
        anHour({ hour: 12 }),
        anHour({ hour: 10 }),
        anHour({ hour: 11, sealed: true }),
        anHour({ hour: 9, app: 'other' }),
      ])
        await store.saveHour(hour);

      expect((await store.hours('shop', 10, 12, 10)).map(({ hour }) => hour)).toEqual([10, 11]);
      expect((await store.hours('shop', 0, 99, 1)).map(({ hour }) => hour)).toEqual([10]);
      expect(await store.unsealed(12, 10)).toEqual([
        { app: 'other', hour: 9 },
        { app: 'shop', hour: 10 },
      ]);
      expect(await store.dropHours(11, 1)).toBe(1);
      expect(await store.dropHours(11, 10)).toBe(1);
      expect((await store.hours('shop', 0, 99, 10)).map(({ hour }) => hour)).toEqual([11, 12]);
    });
  });
}
