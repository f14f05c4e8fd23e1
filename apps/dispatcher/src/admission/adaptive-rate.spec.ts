import fc from 'fast-check';
import { AdaptiveRate } from './adaptive-rate.ts';

const now = 1_000_000;

/** A second of traffic at the given rate. */
function second(rate: AdaptiveRate, from: number, perSecond: number, throttled = 0): void {
  for (let tenth = 0; tenth < 10; tenth += 1) rate.observe(perSecond / 10, throttled / 10, from + tenth * 100);
}

describe('an adaptive rate', () => {
  it('is without limit until the provider throttles', () => {
    const rate = new AdaptiveRate();
    second(rate, now, 5_000);

    expect(rate.limit).toBeNull();
    expect(rate.take(500, now + 1_000)).toEqual({ granted: 500, waitMs: 0 });
    expect(rate.measured(now + 999)).toBe(1_000); // over five seconds
  });

  it('falls below what was reached when a share of the answers is throttled', () => {
    const rate = new AdaptiveRate();
    for (let at = 0; at < 5; at += 1) second(rate, now + at * 1_000, 1_000);

    rate.observe(100, 10, now + 5_000);

    expect(rate.limit).toBeGreaterThan(500);
    expect(rate.limit).toBeLessThan(1_000);
  });

  it('leaves a few throttled messages to their own retries', () => {
    const rate = new AdaptiveRate();

    rate.observe(100, 4, now);

    expect(rate.limit).toBeNull();
  });

  it('says how long until sending is worthwhile again', () => {
    const rate = new AdaptiveRate();
    rate.rampFrom(100, now);

    expect(rate.take(500, now)).toEqual({ granted: 0, waitMs: 500 });
    expect(rate.take(500, now + 500)).toEqual({ granted: 50, waitMs: 0 });
    rate.giveBack(20);
    expect(rate.take(20, now + 500)).toEqual({ granted: 20, waitMs: 0 });
  });

  it('rises second by second without throttling, until there is no limit', () => {
    const rate = new AdaptiveRate();
    rate.rampFrom(100, now);
    const limits: (number | null)[] = [];

    for (let at = 1; at <= 20; at += 1) {
      rate.observe(100, 0, now + at * 1_000);
      limits.push(rate.limit);
    }

    const finite = limits.filter((limit) => limit !== null);
    expect(finite).toEqual([...finite].sort((a, b) => a - b));
    expect(limits.at(-1)).toBeNull();
  });

  it('never grants more than a second’s worth beyond its limit', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 500 })), { maxLength: 50 }), (takes) => {
        const rate = new AdaptiveRate();
        rate.rampFrom(100, now);
        let at = now;
        let granted = 0;
        for (const [ms, wanted] of takes) {
          at += ms;
          granted += rate.take(wanted, at).granted;
        }

        expect(granted).toBeLessThanOrEqual(100 + ((at - now) / 1_000) * 100);
      }),
    );
  });
});
