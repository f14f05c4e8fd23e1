import type { FixedClock } from '#libs/testing';
import type { SendingRate } from './sending-rate.ts';

export interface OpenedRate {
  readonly rate: SendingRate;
  readonly clock: FixedClock;
  /** Resolves when all that was observed is known wherever the rate is kept. */
  settled(): Promise<void>;
}

/** A second of traffic at the given rate; the clock stands at its end. */
async function second({ rate, clock, settled }: OpenedRate, perSecond: number, throttled = 0): Promise<void> {
  for (let tenth = 0; tenth < 10; tenth += 1) {
    clock.advance(100);
    rate.observe(perSecond / 10, throttled / 10, clock.now());
    await settled();
  }
}

export function sendingRateContract(adapter: string, open: () => Promise<OpenedRate>): void {
  describe(`${adapter} as the rate of a credential`, () => {
    async function taken({ rate, clock }: OpenedRate, wanted: number) {
      await rate.prepare(wanted, clock.now());
      return rate.take(wanted, clock.now());
    }

    it('is without limit until the provider throttles', async () => {
      const opened = await open();
      await second(opened, 5_000);

      expect(opened.rate.limit).toBeNull();
      expect(await taken(opened, 500)).toEqual({ granted: 500, waitMs: 0 });
      expect(opened.rate.measured(opened.clock.now())).toBe(1_000); // over five seconds
    });

    it('falls below what was reached when a share of the answers is throttled', async () => {
      const opened = await open();
      for (let at = 0; at < 6; at += 1) await second(opened, 1_000);

      opened.rate.observe(100, 100, opened.clock.now());
      await opened.settled();

      expect(opened.rate.limit).toBeGreaterThan(500);
      expect(opened.rate.limit).toBeLessThan(1_000);
    });

    it('leaves a few throttled messages to their own retries', async () => {
      const opened = await open();

      opened.rate.observe(100, 4, opened.clock.now());
      await opened.settled();

      expect(opened.rate.limit).toBeNull();
    });

    it('says how long until sending is worthwhile again', async () => {
      const opened = await open();
      opened.rate.rampFrom(100, opened.clock.now());
      await opened.settled();

      expect(await taken(opened, 500)).toEqual({ granted: 0, waitMs: 500 });
      opened.clock.advance(500);
      expect(await taken(opened, 500)).toEqual({ granted: 50, waitMs: 0 });
      opened.rate.giveBack(20);
      expect(await taken(opened, 20)).toEqual({ granted: 20, waitMs: 0 });
    });

    it('holds a ramp from the moment on that it is told', async () => {
      const { rate, clock, settled } = await open();

      rate.rampFrom(1_000, clock.now());

      expect(rate.limit).toBe(1_000);
      expect(rate.take(500, clock.now()).granted).toBe(0);
      await settled();
      expect(rate.limit).toBe(1_000);
    });

    it('falls further while it is throttled still, and never to nothing', async () => {
      const opened = await open();
      opened.rate.rampFrom(100, opened.clock.now());
      const limits: (number | null)[] = [];

      for (let at = 0; at < 10; at += 1) {
        await second(opened, 10, 10);
        limits.push(opened.rate.limit);
      }

      expect(limits[0]).toBeLessThan(100);
      expect(limits.at(-1)).toBe(10);
    });

    it('climbs for a minute without throttling, until there is no limit', async () => {
      const opened = await open();
      opened.rate.rampFrom(100, opened.clock.now());
      const limits: (number | null)[] = [];

      for (let at = 1; at <= 75; at += 1) {
        await second(opened, 100);
        limits.push(opened.rate.limit);
      }

      const finite = limits.filter((limit) => limit !== null);
      expect(finite).toEqual([...finite].sort((a, b) => a - b));
      expect(finite.length).toBeGreaterThanOrEqual(59);
      expect(limits.at(-1)).toBeNull();
    });
  });
}
