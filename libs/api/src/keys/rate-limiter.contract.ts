import type { FixedClock } from '#libs/testing';
import type { RateLimiter } from './rate-limiter.ts';

export function rateLimiterContract(adapter: string, open: () => Promise<{ limiter: RateLimiter; clock: FixedClock }>): void {
  describe(`${adapter} as a rate limiter`, () => {
    it('takes a burst, then as many as the rate allows, and says how long to wait', async () => {
      const { limiter, clock } = await open();
      const take = () => limiter.take('a', { perSecond: 10, burst: 2 });

      expect([await take(), await take(), await take(), await take()]).toEqual([0, 0, 100, 100]);
      clock.advance(100);
      expect([await take(), await take()]).toEqual([0, 100]);
      clock.advance(60_000);
      expect([await take(), await take(), await take()]).toEqual([0, 0, 100]);
    });

    it('counts every name on its own', async () => {
      const { limiter } = await open();

      expect([await limiter.take('a', { perSecond: 1, burst: 1 }), await limiter.take('b', { perSecond: 1, burst: 1 })]).toEqual([0, 0]);
    });
  });
}
