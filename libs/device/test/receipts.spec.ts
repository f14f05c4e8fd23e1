import { flush, report, type ReceiptSettings } from '../src/receipts.ts';
import type { Receipt } from '../src/state.ts';
import { MemoryStore } from './memory-store.ts';

const now = Date.parse('2026-11-30T09:30:00Z');
const day = 86_400_000;

const aReceipt = (receipt: string, ageMs = 0): Receipt => ({ receipt, kind: 'opened', at: new Date(now - ageMs).toISOString() });

/** A platform that answers with these statuses in turn, the last one from then on; 0 is no network. */
function aPlatform(...statuses: readonly number[]) {
  const told: (readonly Receipt[])[] = [];
  const store = new MemoryStore();
  store.state = { url: 'https://push.example.com', app: 'shop', key: 'sdk-key', installationId: 'browser-1' };
  const settings: ReceiptSettings = {
    store,
    now: () => now,
    fetch: ((url: string, { body, headers }: RequestInit) => {
      expect([url, headers]).toEqual(['https://push.example.com/v1/apps/shop/receipts', { 'content-type': 'application/json' }]);
      told.push(JSON.parse(body as string) as Receipt[]);
      const status = statuses[Math.min(told.length, statuses.length) - 1] ?? 202;
      return status === 0 ? Promise.reject(new TypeError('Failed to fetch')) : Promise.resolve(new Response('{}', { status }));
    }) as typeof fetch,
  };
  return { settings, store, told };
}

describe('receipts of a browser', () => {
  it.each([0, 408, 429, 500, 503])('wait where the platform answers %d, and go with the next', async (status) => {
    const { settings, store, told } = aPlatform(status, 202);

    expect(await report(settings, [aReceipt('first')])).toBe(false);
    expect(await store.receipts(10)).toHaveLength(1);
    expect(await report(settings, [aReceipt('second')])).toBe(true);

    expect(told.at(-1)).toEqual([aReceipt('first'), aReceipt('second')]);
    expect(await store.receipts(10)).toEqual([]);
  });

  it.each([202, 400, 403, 404, 413])('are over where the platform answers %d: the same again would fare no better', async (status) => {
    const { settings, store } = aPlatform(status);

    expect(await report(settings, [aReceipt('one')])).toBe(true);

    expect(await store.receipts(10)).toEqual([]);
  });

  it('go out a hundred at a time', async () => {
    const { settings, told } = aPlatform(202);

    await report(
      settings,
      Array.from({ length: 250 }, (_, at) => aReceipt(`number ${at}`)),
    );

    expect(told.map(({ length }) => length)).toEqual([100, 100, 50]);
  });

  it('never grow beyond a thousand: the oldest go, and so do those that the platform takes no more', async () => {
    const { settings, store } = aPlatform(0);

    await report(settings, [aReceipt('too old', 31 * day), ...Array.from({ length: 1_050 }, (_, at) => aReceipt(`number ${at}`))]);

    const kept = await store.receipts(2_000);
    expect(kept.length).toBeLessThanOrEqual(1_000);
    expect(kept.at(-1)?.value.receipt).toBe('number 1049');
    expect(kept.map(({ value }) => value.receipt)).not.toContain('too old');
  });

  it('are nobody’s in a browser that has never registered', async () => {
    const { settings, store, told } = aPlatform(202);
    store.state = undefined;

    expect(await flush(settings)).toBe(true);

    expect(told).toEqual([]);
  });
});
