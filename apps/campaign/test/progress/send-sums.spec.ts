import type { PlanSums, ResultSums } from '#libs/sends';
import fc from 'fast-check';
import { sendSums } from '../../src/progress/send-sums.ts';

const few = fc.nat(50);
const providers = ['apns', 'fcm'] as const;

/** What one provider planned, and what became of some of it. */
const standing = fc
  .record({ planned: fc.nat(400), noToken: few, unsubscribed: few, shares: fc.tuple(few, few, few, few) })
  .map(({ planned, noToken, unsubscribed, shares }) => {
    const whole = Math.max(
      1,
      shares.reduce((sum, share) => sum + share, 0),
    );
    const [accepted = 0, failed = 0, skipped = 0] = shares.map((share) => Math.floor((planned * share) / whole));
    return { planned, noToken, unsubscribed, accepted, failed, skipped };
  });

describe('the numbers of a send', () => {
  it('obey the law: targeted = suppressed + accepted + failed + remaining, over all and by provider', () => {
    fc.assert(
      fc.property(fc.tuple(standing, standing), (standings) => {
        const sum = (of: (one: (typeof standings)[0]) => number) => standings.reduce((total, one) => total + of(one), 0);
        const by = <T>(of: (one: (typeof standings)[0]) => T) =>
          Object.fromEntries(providers.map((provider, index) => [provider, of(standings[index]!)]));
        const plan: PlanSums = {
          targeted: sum(({ planned, noToken, unsubscribed }) => planned + noToken + unsubscribed),
          suppressedBy: { no_token: sum(({ noToken }) => noToken), unsubscribed: sum(({ unsubscribed }) => unsubscribed) },
          byProvider: by(({ planned, noToken, unsubscribed }) => ({ planned, suppressed: noToken + unsubscribed, batches: 1 })),
          batches: 2,
          pages: 1,
        };
        const results: ResultSums = {
          accepted: sum(({ accepted }) => accepted),
          failed: sum(({ failed }) => failed),
          suppressed: sum(({ skipped }) => skipped),
          possibleDuplicates: 0,
          outcomes: { token_invalid: sum(({ failed }) => failed) },
          suppressedBy: { unsubscribed: sum(({ skipped }) => skipped) },
          byProvider: by(({ accepted, failed, skipped }) => ({ accepted, failed, suppressed: skipped, settledBatches: 0 })),
          settledBatches: 0,
          updatedAt: null,
        };

        const { counts, suppressedBy, outcomes, byProvider } = sendSums({ users: null }, plan, results);

        const total = (of: Readonly<Record<string, number>>) => Object.values(of).reduce((a, b) => a + b, 0);
        expect(counts.suppressed + counts.accepted + counts.failed + counts.remaining).toBe(counts.targeted);
        expect(counts.remaining).toBeGreaterThanOrEqual(0);
        expect(total(suppressedBy)).toBe(counts.suppressed);
        expect(total(outcomes)).toBe(counts.failed);
        for (const own of Object.values(byProvider)) expect(own.suppressed + own.accepted + own.failed + own.remaining).toBe(own.targeted);
        expect(total(Object.fromEntries(Object.entries(byProvider).map(([name, { targeted }]) => [name, targeted])))).toBe(counts.targeted);
      }),
    );
  });
});
