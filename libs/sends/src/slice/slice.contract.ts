import type { DomainEvent } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import { aSend } from '#libs/testing';
import type { SliceRepository } from './slice.store.ts';
import { newSlice, opensSlices } from './slice.ts';

export interface OpenSliceRepository {
  readonly slices: SliceRepository;
  /** Every event that left with a write. */
  published(): Promise<readonly DomainEvent['envelope'][]>;
}

const send = aSend({ slices: 3 });
const slice = (number: number, dueAt = 100) => newSlice(send, number, dueAt);

export function sliceRepositoryContract(adapter: string, open: () => Promise<OpenSliceRepository>) {
  describe(`${adapter} as a slice repository`, () => {
    it('opens each slice once and gives it back whole', async () => {
      const { slices } = await open();
      await slices.open([slice(1), slice(0)]);
      await slices.save({ ...slice(0), revision: 2, planned: true, waiting: false, handedOver: 7, dueAt: null }, []);

      await slices.open([slice(0), slice(2)]);

      expect(await slices.findOne(send.id, 1)).toEqual(slice(1));
      expect(await slices.ofSend(send.id)).toEqual([
        { ...slice(0), revision: 2, planned: true, handedOver: 7, dueAt: null },
        slice(1),
        slice(2),
      ]);
      expect(await slices.findOne(send.id, 9)).toBeUndefined();
    });

    it('drops all of one send', async () => {
      const { slices } = await open();
      await slices.open([slice(0), slice(1), newSlice(aSend({ id: 'other' }), 0, 0)]);

      await slices.dropOfSend(send.id);

      expect([await slices.ofSend(send.id), (await slices.ofSend('other')).length]).toEqual([[], 1]);
    });

    it('refuses a save built on an old revision, and its events', async () => {
      const { slices, published } = await open();
      await slices.open([slice(0)]);
      await slices.save({ ...slice(0), revision: 2, waiting: true }, opensSlices(send, [0], 0));

      await expect(slices.save({ ...slice(0), revision: 2 }, opensSlices(send, [0], 0))).rejects.toThrow(StaleRevision);

      expect(await slices.findOne(send.id, 0)).toMatchObject({ revision: 2, waiting: true });
      expect(await published()).toHaveLength(1);
    });

    it('finds what the sweep has to look at, longest overdue first', async () => {
      const { slices } = await open();
      await slices.open([slice(0, 30), slice(1, 10), slice(2, 20)]);

      expect((await slices.findDue(20, 10)).map(({ slice: number }) => number)).toEqual([1, 2]);
      expect(await slices.findDue(20, 1)).toHaveLength(1);
    });
  });
}
