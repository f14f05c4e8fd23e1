import type { PageHeader } from '#libs/sends';
import { aSend } from '#libs/testing';
import fc from 'fast-check';
import { entriesOfPage, isAhead, pacedUntil } from '../../src/planning/pace.ts';

const minute = 60_000;
const sendOf = (ratePerMinute: number, slices = 1) => aSend({ slices, options: { ...aSend().options, ratePerMinute } });

interface Released {
  readonly at: number;
  readonly messages: number;
}

/** What planners release who come at these times, as long as they find something due. */
function released(ratePerMinute: number, times: Iterable<number>): Released[] {
  const send = sendOf(ratePerMinute);
  const found: Released[] = [];
  let previous: PageHeader | undefined;
  for (const at of times) {
    while (!isAhead(previous, at)) {
      const messages = entriesOfPage(send);
      previous = { pacedUntil: pacedUntil(send, previous, at, messages) } as PageHeader;
      found.push({ at, messages });
    }
  }
  return found;
}

const within = (found: readonly Released[], from: number) =>
  found.reduce((sum, { at, messages }) => (at >= from && at < from + minute ? sum + messages : sum), 0);

describe('the pace of a send', () => {
  it.each([10, 60, 601, 20_000, 1_000_000])('is %i a minute, to a twentieth, with a look twice a second', (rate) => {
    const found = released(
      rate,
      Array.from({ length: 400 }, (_, n) => n * 500 + (n % 3) * 90),
    );

    for (const from of [0, 7_000, 61_234, 120_001]) {
      expect(within(found, from)).toBeLessThanOrEqual(rate * 1.05 + 1);
      expect(within(found, from)).toBeGreaterThanOrEqual(rate * 0.95 - 1);
    }
  });

  it('is never more, at whatever times planners come', () => {
    fc.assert(
      fc.property(fc.constantFrom(10, 100, 5_000, 60_000), fc.array(fc.nat(90_000), { minLength: 1, maxLength: 120 }), (rate, pauses) => {
        let now = 0;
        const times = pauses.map((pause) => (now += pause % 7 === 0 ? pause : pause % 900));
        const found = released(rate, times);

        for (const from of times) expect(within(found, from)).toBeLessThanOrEqual(rate * 1.05 + 1);
      }),
    );
  });

  it('is shared among slices, and leaves other sends and dry runs alone', () => {
    expect(pacedUntil(sendOf(6_000, 4), undefined, 0, 100)).toBe(4_000);
    expect([entriesOfPage(aSend()), pacedUntil(aSend(), undefined, 0, 5)]).toEqual([1_000, undefined]);
    const dry = aSend({ options: { ...aSend().options, ratePerMinute: 10, dryRun: true } });
    expect([entriesOfPage(dry), pacedUntil(dry, undefined, 0, 5)]).toEqual([1_000, undefined]);
  });
});
