import { RecordStore } from '../../src/ledger/record-store.ts';

const keys = { provider: 0, token: 1, send: 2 };

describe('RecordStore', () => {
  it('gives back each record as it was put together, by any of its keys', () => {
    const store = new RecordStore(100);
    store.append(keys, 'Grüße 👋', Buffer.from('{"a":"ä"}'));
    store.append({ ...keys, token: 9 }, '', Buffer.from('[]'));

    expect([...store.select({ token: 1 })].flat()).toEqual([{ head: 'Grüße 👋', body: '{"a":"ä"}' }]);
    expect([...store.select({ send: 2 })].flat()).toHaveLength(2);
    expect([...store.select({ provider: 1 })].flat()).toEqual([]);
  });

  it('keeps at least the newest so many records, and drops old ones', () => {
    const store = new RecordStore(1_000);
    const body = Buffer.alloc(4_000, '1');
    for (let i = 0; i < 3_000; i += 1) store.append(keys, String(i), body);

    const kept = [...store.select({})].flat().map(({ head }) => Number(head));

    expect(kept.length).toBe(store.size);
    expect(kept.length).toBeGreaterThanOrEqual(1_000);
    expect(kept.length).toBeLessThan(1_300);
    expect(kept.at(-1)).toBe(2_999);
  });

  it('gives a reader what it still has, and nothing of what took the place of old records', () => {
    const store = new RecordStore(600);
    const body = Buffer.alloc(1_000, '1');
    const append = (from: number, count: number): void => {
      for (let i = from; i < from + count; i += 1) store.append(keys, String(i), body);
    };
    append(0, 1_000);
    const reading = store.select({});
    const first = reading.next().value ?? [];

    append(1_000, 5_000);

    const read = [...first, ...[...reading].flat()].map(({ head }) => Number(head));
    expect(first.length).toBeGreaterThan(0);
    expect(read).toEqual(first.map(({ head }) => Number(head)));
    expect(Number([...store.select({})].flat().at(-1)?.head)).toBe(5_999);
  });
});
