import { half, hash64 } from '../../src/ledger/hash64.ts';
import { HashTable } from '../../src/ledger/hash-table.ts';

describe('HashTable', () => {
  it('finds every one of many keys with its own value, and no other', () => {
    const table = new HashTable();
    const keys = Array.from({ length: 50_000 }, (_, i) => `token-${i}`);
    for (const [i, key] of keys.entries()) {
      hash64('apns', key);
      table.set(half.high, half.low, i + 1);
    }

    const found = keys.map((key) => {
      hash64('apns', key);
      return table.get(half.high, half.low);
    });

    expect(found).toEqual(keys.map((_, i) => i + 1));
    hash64('fcm', 'token-1');
    expect(table.get(half.high, half.low)).toBe(0);
  });

  it('counts how often a key came', () => {
    const table = new HashTable();

    expect([table.count(1, 2), table.count(1, 2), table.count(1, 3)]).toEqual([0, 1, 0]);
    table.clear();
    expect(table.count(1, 2)).toBe(0);
  });

  it('remembers the newest keys and forgets the oldest, so that it never grows for ever', () => {
    const table = new HashTable(256); // one a shard
    const high = 0;
    for (const low of [1, 2, 3]) table.set(high, low, 7);

    expect([1, 2, 3].map((low) => table.get(high, low))).toEqual([0, 7, 7]);
  });
});
