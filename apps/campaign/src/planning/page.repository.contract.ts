import type { DomainEvent } from '#libs/events';
import type { Page } from '#libs/sends';
import { aPage } from '#libs/testing';
import { batchesPlanned } from './batch-events.ts';
import type { PageRepository } from './page.repository.ts';

export interface OpenPageRepository {
  readonly pages: PageRepository;
  /** Every event that left with a write. */
  published(): Promise<readonly DomainEvent['envelope'][]>;
}

const events = (page: Page) => batchesPlanned(page, page.batches, 0);

export function pageRepositoryContract(adapter: string, open: () => Promise<OpenPageRepository>) {
  describe(`${adapter} as a page repository`, () => {
    it('stores the first page of a place, with its events, and no other', async () => {
      const { pages, published } = await open();
      const page = aPage({ through: 'demo:100:' });
      const { entries, ...header } = page;

      expect(await pages.insert(page, events(page))).toBe(true);
      expect(await pages.insert({ ...page, through: 'demo:200:' }, events(page))).toBe(false);

      expect(await pages.last(page.sendId, 0)).toEqual({ ...header, targeted: entries.length, targetedSoFar: entries.length });
      expect(await published()).toHaveLength(1);
    });

    it('knows the last page of each slice', async () => {
      const { pages } = await open();
      for (const page of [aPage({ n: 0 }), aPage({ n: 1, targetedSoFar: 4 }), aPage({ slice: 1, n: 0 })]) await pages.insert(page, []);

      expect(await pages.last(aPage().sendId, 0)).toMatchObject({ n: 1, targetedSoFar: 4 });
      expect(await pages.last(aPage().sendId, 1)).toMatchObject({ slice: 1, n: 0 });
      expect(await pages.last(aPage().sendId, 2)).toBeUndefined();
    });

    it('drops the pages of one send, some at a time, and of no other', async () => {
      const { pages } = await open();
      const other = aPage({ id: 'other:0:000000', sendId: 'other' });
      for (const page of [aPage({ n: 0 }), aPage({ n: 1 }), aPage({ slice: 1, n: 0 }), other]) await pages.insert(page, []);

      const { sendId } = aPage();
      expect([await pages.dropOfSend(sendId, 2), await pages.dropOfSend(sendId, 2), await pages.dropOfSend(sendId, 2)]).toEqual([2, 1, 0]);
      expect(await pages.last(other.sendId, 0)).toMatchObject({ n: 0 });
    });
  });
}
