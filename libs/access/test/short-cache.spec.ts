import { FixedClock } from '#libs/testing';
import { ShortCache } from '../src/short-cache.ts';

describe('the short cache', () => {
  it('reads once a second', async () => {
    const clock = new FixedClock();
    const cache = new ShortCache<number>(clock);
    let reads = 0;
    const read = () => cache.get('a', async () => (reads += 1));

    expect([await read(), await read()]).toEqual([1, 1]);
    clock.advance(1_000);
    expect(await read()).toBe(2);
  });

  it('does not keep what was read while it was being written', async () => {
    const cache = new ShortCache<string>(new FixedClock());
    let answer: (value: string) => void = () => undefined;
    const reading = cache.get('a', () => new Promise((resolve) => (answer = resolve)));

    cache.forget('a');
    answer('old');

    expect(await reading).toBe('old');
    expect(await cache.get('a', async () => 'new')).toBe('new');
  });

  it('keeps no more than it may', async () => {
    const cache = new ShortCache<string>(new FixedClock(), 1_000, 2);
    for (const key of ['a', 'b', 'c']) await cache.get(key, async () => key);

    expect(await cache.get('a', async () => 'read again')).toBe('read again');
    expect(await cache.get('c', async () => 'read again')).toBe('c');
  });
});
