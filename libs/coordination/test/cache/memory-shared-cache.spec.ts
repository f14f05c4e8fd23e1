import { FixedClock } from '#libs/testing';
import { MemorySharedCache } from '../../src/cache/memory-shared-cache.ts';
import { Maker, sharedCacheContract } from '../../src/cache/shared-cache.contract.ts';

function aCache() {
  const clock = new FixedClock();
  return { cache: new MemorySharedCache(clock), clock };
}

sharedCacheContract('a process', async () => aCache());

describe('values in a process', () => {
  it('are made anew when their time is over', async () => {
    const { cache, clock } = aCache();
    const maker = new Maker();
    await cache.of('a', maker.value);

    clock.advance(59_999);
    expect(await cache.of('a', maker.value)).toEqual({ n: 1 });
    clock.advance(1);
    expect(await cache.of('a', maker.value)).toEqual({ n: 2 });
  });

  it('are at most a thousand, those asked for last', async () => {
    const { cache } = aCache();
    const maker = new Maker();
    await cache.of('kept', maker.value);
    await cache.of('left', maker.value);
    for (let other = 0; other < 999; other += 1) {
      await cache.of('kept', maker.value);
      await cache.of(`other-${other}`, maker.value);
    }

    expect(await cache.of('kept', maker.value)).toEqual({ n: 1 });
    expect(await cache.of('left', maker.value)).toEqual({ n: 1_002 });
  });
});
