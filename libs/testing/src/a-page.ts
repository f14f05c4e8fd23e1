import { type Page, type PageEntry, type PlannedBatch, batchId, pageId } from '#libs/sends';

/** The only page of a slice, with one batch of two messages for APNs; ids follow from send, slice and number. */
export function aPage(facts: Partial<Page> = {}): Page {
  const { sendId = 'a0000000-0000-5000-8000-000000000001', slice = 0, n = 0 } = facts;
  const id = pageId(sendId, slice, n);
  const batch: PlannedBatch = { id: batchId(id, 0), provider: 'apns', lane: 'bulk', size: 2, dueAt: Date.UTC(2026, 0, 1) };
  return {
    id,
    app: 'demo',
    sendId,
    slice,
    n,
    after: 'demo:000:',
    through: 'demo:g',
    last: true,
    entries: [aPageEntry({ installationId: 'phone-1' }), aPageEntry({ installationId: 'phone-2' })],
    batches: [batch],
    plannedAt: Date.UTC(2026, 0, 1),
    ...facts,
  };
}

/** An entry of the page's first batch. */
export function aPageEntry(facts: Partial<PageEntry> = {}): PageEntry {
  return { installationId: 'phone-1', ownerEpoch: 0, batch: 0, suppressedBy: null, ...facts };
}
