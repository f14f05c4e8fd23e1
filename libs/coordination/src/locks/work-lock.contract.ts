import type { WorkLock } from './work-lock.ts';

export function workLockContract(adapter: string, open: () => Promise<WorkLock>): void {
  describe(`${adapter} as a lock on work`, () => {
    it('lets its holder in again and again', async () => {
      const lock = await open();

      expect([await lock.take('a', 60_000), await lock.take('a', 60_000), await lock.take('b', 60_000)]).toEqual([true, true, true]);
    });

    it('can be left and taken again, and left without having been taken', async () => {
      const lock = await open();
      await lock.release('a');
      await lock.take('a', 60_000);
      await lock.release('a');
      await lock.release('a');

      expect(await lock.take('a', 60_000)).toBe(true);
    });
  });
}
