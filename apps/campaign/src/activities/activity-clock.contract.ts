import type { FixedClock } from '#libs/testing';
import { MOST_SECONDS_AHEAD, type ActivityClock } from './activity-clock.ts';

export interface OpenedActivityClock {
  readonly seconds: ActivityClock;
  readonly clock: FixedClock;
}

export function activityClockContract(adapter: string, open: () => Promise<OpenedActivityClock>): void {
  describe(`${adapter} as the clock of Live Activities`, () => {
    it('gives each push to an activity a later second than the one before, whatever the time', async () => {
      const { seconds, clock } = await open();
      const now = Math.floor(clock.now() / 1_000);
      const next = () => seconds.next('shop', 'order-1');

      expect(await Promise.all([next(), next(), next()])).toEqual([now, now + 1, now + 2]);
      clock.advance(1_000);
      expect(await next()).toBe(now + 3);
      clock.advance(30_000);
      expect(await next()).toBe(now + 31);
    });

    it('gives other activities, and those of other apps, their own', async () => {
      const { seconds, clock } = await open();
      const now = Math.floor(clock.now() / 1_000);

      expect(await seconds.next('shop', 'order-1')).toBe(now);
      expect(await seconds.next('shop', 'order-2')).toBe(now);
      expect(await seconds.next('other', 'order-1')).toBe(now);
    });

    it('runs no more than a minute ahead', async () => {
      const { seconds, clock } = await open();
      const now = Math.floor(clock.now() / 1_000);
      let last = 0;
      for (let push = 0; push < MOST_SECONDS_AHEAD + 5; push += 1) last = await seconds.next('shop', 'order-1');

      expect(last).toBe(now + MOST_SECONDS_AHEAD);
    });
  });
}
