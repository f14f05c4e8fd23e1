import { StaleRevision } from '#libs/kernel';
import { app, type OpenRegistry } from '../opened-registry.contract.ts';
import type { Operation } from './operation.ts';

const anOperation = (id: string, patch: Partial<Operation> = {}): Operation => ({
  id,
  app,
  kind: 'merge',
  pairs: [{ from: 'a', into: 'b', fromUserId: 'ua', intoUserId: null, state: 'waiting', code: null }],
  createdAt: 10,
  finishedAt: null,
  dueAt: 20,
  revision: 1,
  ...patch,
});

/** Operations, whatever is stored behind them. */
export function operationRepositoryContract(adapter: string, open: OpenRegistry) {
  describe(`${adapter} as an operation repository`, () => {
    it('stores an operation once, and answers what is there', async () => {
      const { operations } = await open();
      const operation = anOperation('o1');

      expect(await operations.insertOnce(operation)).toEqual(operation);
      expect(await operations.insertOnce(anOperation('o1', { createdAt: 99 }))).toEqual(operation);
      expect(await operations.findById(app, 'o1')).toEqual(operation);
      expect(await operations.findById('other', 'o1')).toBeUndefined();
    });

    it('saves over the revision before alone', async () => {
      const { operations } = await open();
      await operations.insertOnce(anOperation('o1'));
      const done = anOperation('o1', { revision: 2, dueAt: null, finishedAt: 30 });

      await operations.save(done);

      expect(await operations.findById(app, 'o1')).toEqual(done);
      await expect(operations.save(done)).rejects.toThrow(StaleRevision);
      await expect(operations.save(anOperation('none', { revision: 2 }))).rejects.toThrow(StaleRevision);
    });

    it('finds what is due, the longest first, and drops what is old', async () => {
      const { operations } = await open();
      for (const [id, dueAt] of [
        ['late', 30],
        ['first', 10],
        ['second', 20],
        ['done', null],
      ] as const)
        await operations.insertOnce(anOperation(id, { dueAt, createdAt: dueAt ?? 5 }));

      expect((await operations.findDue(20, 10)).map(({ id }) => id)).toEqual(['first', 'second']);
      expect((await operations.findDue(99, 1)).map(({ id }) => id)).toEqual(['first']);
      expect([await operations.dropOld(20, 1), await operations.dropOld(20, 10), await operations.dropOld(20, 10)]).toEqual([1, 1, 0]);
    });
  });
}
