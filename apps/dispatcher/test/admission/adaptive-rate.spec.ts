import fc from 'fast-check';
import { FixedClock } from '#libs/testing';
import { AdaptiveRate, OwnProviderRates, RAMP_STEPS } from '../../src/admission/adaptive-rate.ts';
import { sendingRateContract } from '../../src/admission/sending-rate.contract.ts';

const now = 1_000_000;

sendingRateContract('a process alone', async () => ({
  rate: new OwnProviderRates().of(),
  clock: new FixedClock(),
  settled: () => Promise.resolve(),
}));

describe('an adaptive rate', () => {
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

  it('climbs from nothing by the same step each second of a minute', () => {
    const rate = new AdaptiveRate();
    rate.rampFrom(100, now);
    const limits: (number | null)[] = [];

    for (let at = 1; at <= RAMP_STEPS; at += 1) {
      rate.observe(100, 0, now + at * 1_000);
      limits.push(rate.limit);
    }

    expect(limits).toEqual([...Array.from({ length: RAMP_STEPS - 1 }, (_, at) => 100 * (at + 2)), null]);
  });

  it('comes back by the thirtieth part of what was reached when it was throttled', () => {
    const rate = new AdaptiveRate();
    rate.observe(15_000, 0, now); // 3,000 a second, over the last five
    rate.observe(1, 1, now + 1_000);
    const limits = [rate.limit ?? 0];

    for (let at = 2; at < 5; at += 1) {
      rate.observe(1, 0, now + at * 1_000);
      limits.push(rate.limit ?? 0);
    }

    expect(limits.map(Math.round)).toEqual([2_100, 2_200, 2_300, 2_400]);
  });

  it('that has a ceiling falls and rises below it, and is never without limit', () => {
    const rate = new AdaptiveRate({ perSecond: 100, now });
    expect(rate.take(100, now).granted).toBe(0);

    rate.observe(100, 100, now + 1_000);
    expect(rate.limit).toBeLessThan(100);
    for (let at = 2; at < 60; at += 1) rate.observe(100, 0, now + at * 1_000);

    expect(rate.limit).toBe(100);
  });
});
