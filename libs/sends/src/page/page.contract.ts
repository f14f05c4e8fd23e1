import type { DomainEvent } from '#libs/events';
import { aPage, aPageEntry } from '#libs/testing';
import type { PageReader, PageRepository } from './page.store.ts';
import { NO_ENTRIES, type Page, batchId, pageId, batchesPlanned } from './page.ts';

export interface OpenPages {
  readonly reader: PageReader;
  insert(page: Page): Promise<void>;
}

const sendId = 'a0000000-0000-5000-8000-000000000001';

/** Two slices: slice 0 of two pages (one suppressed, one to APNs, one to FCM), slice 1 of one empty page. */
function threePages(): [Page, Page, Page] {
  const second = pageId(sendId, 0, 1);
  return [
    aPage({
      n: 0, through: 'demo:100:k', last: false, targetedSoFar: 2, batches: [], entries: [
        aPageEntry({ installationId: 'a', batch: null, suppressedBy: 'no_token', provider: 'fcm' }),
        aPageEntry({ installationId: 'b', batch: null, suppressedBy: 'unsubscribed', provider: 'apns', ownerEpoch: 7 }),
      ],
    }),
    aPage({
      n: 1, after: 'demo:100:k', through: 'demo:200:', targetedSoFar: 4,
      batches: [
        { id: batchId(second, 0), provider: 'apns', lane: 'bulk', size: 1, dueAt: 5, isCanary: true },
        { id: batchId(second, 1), provider: 'fcm', lane: 'bulk', size: 1, dueAt: 6 },
      ],
      entries: [aPageEntry({ installationId: 'c', batch: 1, variables: { code: '88' } }), aPageEntry({ installationId: 'd', ownerEpoch: 3 })],
    }),
    aPage({ slice: 1, after: 'demo:200:', through: 'demo:g', targetedSoFar: 0, entries: [], batches: [] }),
  ];
} // prettier-ignore

export function pageReaderContract(adapter: string, open: () => Promise<OpenPages>) {
  async function openWithPages() {
    const { reader, insert } = await open();
    const pages = threePages();
    for (const page of pages) await insert(page);
    return { reader, pages };
  }

  describe(`${adapter} as a reader of pages`, () => {
    it('finds the page that decided a key', async () => {
      const { reader, pages } = await openWithPages();

      const covering = async (slice: number, key: string) => (await reader.findCovering(sendId, slice, key))?.id;

      expect(await covering(0, 'demo:001:x')).toBe(pages[0].id);
      expect(await covering(0, 'demo:100:k')).toBe(pages[0].id);
      expect(await covering(0, 'demo:100:l')).toBe(pages[1].id);
      expect(await covering(0, 'demo:300:l')).toBeUndefined();
    });

    it('lists headers from a number on, without entries', async () => {
      const { reader, pages } = await openWithPages();
      const { entries, ...second } = pages[1];

      expect(await reader.headers(sendId, 0, 1, 10)).toEqual([{ ...second, targeted: entries.length }]);
      expect(await reader.headers(sendId, 0, 0, 1)).toHaveLength(1);
    });

    it('streams whole pages over all slices', async () => {
      const { reader, pages } = await openWithPages();

      const first = await reader.after(sendId, null, 2);
      const rest = await reader.after(sendId, { slice: 0, n: 1 }, 2);

      expect([...first, ...rest]).toEqual(pages);
    });

    it('sums headers', async () => {
      const { reader } = await openWithPages();

      expect(await reader.sums(sendId)).toEqual({
        targeted: 4,
        suppressedBy: { no_token: 1, unsubscribed: 1 },
        byProvider: { apns: { planned: 1, suppressed: 1, batches: 1 }, fcm: { planned: 1, suppressed: 1, batches: 1 } },
        batches: 2,
        pages: 3,
        plannedAt: Date.UTC(2026, 0, 1),
      });
    });

    it('counts what a dry run would send as planned, without a batch', async () => {
      const { reader, insert } = await open();
      await insert(aPage({ batches: [], entries: [aPageEntry({ batch: null, provider: 'fcm' })] }));

      expect(await reader.sums(sendId)).toMatchObject({ targeted: 1, suppressedBy: {}, byProvider: { fcm: { planned: 1, batches: 0 } } });
    });

    it('finds a batch with its page', async () => {
      const { reader, pages } = await openWithPages();

      const { entries, ...header } = pages[1];
      const id = batchId(pages[1].id, 1);

      expect(await reader.findBatch(id)).toEqual({ page: { ...header, targeted: entries.length }, batch: pages[1].batches[1] });
      expect(await reader.findBatch(batchId(pages[1].id, 2))).toBeUndefined();
      expect(await reader.findBatch('nonsense')).toBeUndefined();
    });

    it('reads the entries of one batch, in their order', async () => {
      const { reader, pages } = await openWithPages();

      const entriesOf = (index: number) => {
        const planned = pages[1].entries.filter(({ batch }) => batch === index);
        return {
          installationIds: planned.map(({ installationId }) => installationId),
          ownerEpochs: planned.map(({ ownerEpoch }) => ownerEpoch),
          variables: new Map(planned.flatMap(({ variables }, position) => (variables ? [[position, variables]] : []))),
        };
      };
      // In any order, and again for a retry.
      for (const index of [1, 0, 0, 1]) expect(await reader.entriesOfBatch(batchId(pages[1].id, index))).toEqual(entriesOf(index));
      expect(await reader.entriesOfBatch(batchId(pages[1].id, 2))).toEqual(NO_ENTRIES);
      expect(await reader.entriesOfBatch('nonsense')).toEqual(NO_ENTRIES);
    });
  });
}

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
