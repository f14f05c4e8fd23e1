import { StaleRevision } from '#libs/kernel';
import type { HourlyFileStore } from './hourly-file.store.ts';
import type { FilesPosition } from './hourly-file.ts';

const position: FilesPosition = { app: 'shop', revision: 1, hour: 10, offsets: [0, 7], until: null, last: null };

export function hourlyFileStoreContract(adapter: string, open: () => Promise<HourlyFileStore>): void {
  describe(`${adapter} as a store of hourly files`, () => {
    it('gives a position back whole, and refuses one that is built on an old revision', async () => {
      const store = await open();
      await store.save(position);
      const last = { name: 'shop/1970/01/01/10.ndjson.gz', facts: 2, bytes: 100, writtenAt: 5 };
      const next = { ...position, revision: 2, hour: 11, offsets: [3, 9], until: [4, 9], last };
      await store.save(next);

      await expect(store.save(position)).rejects.toThrow(StaleRevision);
      await expect(store.save({ ...position, revision: 2 })).rejects.toThrow(StaleRevision);
      expect(await store.find('shop')).toEqual(next);
      expect(await store.find('bank')).toBeUndefined();
    });

    it('knows who is furthest behind', async () => {
      const store = await open();
      expect(await store.furthestBehind()).toBeUndefined();
      for (const [app, hour] of [
        ['shop', 12],
        ['bank', 9],
        ['late', 11],
      ] as const)
        await store.save({ ...position, app, hour });

      expect(await store.furthestBehind()).toMatchObject({ app: 'bank', hour: 9 });
      await store.remove('bank');
      expect(await store.furthestBehind()).toMatchObject({ app: 'late' });
      expect(await store.find('bank')).toBeUndefined();
    });
  });
}
