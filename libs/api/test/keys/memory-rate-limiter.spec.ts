import { FixedClock } from '#libs/testing';
import { MemoryRateLimiter } from '../../src/keys/memory-rate-limiter.ts';
import { rateLimiterContract } from '../../src/keys/rate-limiter.contract.ts';

rateLimiterContract('memory', async () => {
  const clock = new FixedClock();
  return { limiter: new MemoryRateLimiter(clock), clock };
});

it('forgets whom it has not heard of for longest when it is full', async () => {
  const limiter = new MemoryRateLimiter(new FixedClock(), 2);
  const limit = { perSecond: 1, burst: 1 };
  for (const name of ['a', 'b', 'a', 'c']) await limiter.take(name, limit);

  expect(await limiter.take('a', limit)).toBeGreaterThan(0);
  expect(await limiter.take('b', limit)).toBe(0);
});
