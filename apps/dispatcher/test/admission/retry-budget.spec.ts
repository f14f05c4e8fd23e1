import fc from 'fast-check';
import { RETRIES_PER_SECOND, RETRY_SHARE, RetryBudget } from '../../src/admission/retry-budget.ts';

const now = 1_000_000;

describe('the budget of what is tried again', () => {
  it('is a tenth of the traffic, and a hundred a second where little else goes', () => {
    const round = fc.record({
      ms: fc.integer({ min: 0, max: 500 }),
      firsts: fc.integer({ min: 0, max: 500 }),
      wanted: fc.integer({ min: 1, max: 500 }),
    });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 60 }), (rounds) => {
        const budget = new RetryBudget();
        let [at, firsts, retries] = [now, 0, 0];
        for (const one of rounds) {
          at += one.ms;
          const granted = budget.affordable('bulk', one.wanted, at);
          budget.sent(granted, true, at);
          budget.sent(one.firsts, false, at);
          retries += granted;
          firsts += one.firsts;
        }

        expect(retries).toBeLessThanOrEqual(10 * RETRIES_PER_SECOND + firsts * RETRY_SHARE + ((at - now) / 1_000) * RETRIES_PER_SECOND);
      }),
    );
  });

  it('says how long until all that is wanted may go', () => {
    const budget = new RetryBudget();
    budget.sent(1_000, true, now);

    expect(budget.affordable('bulk', 500, now)).toBe(0);
    expect(budget.waitMs(500)).toBe(5_000);
    expect(budget.affordable('bulk', 500, now + 499)).toBe(0);
    expect(budget.affordable('bulk', 500, now + 5_000)).toBe(500);
    expect(budget.affordable('bulk', 3, now + 100)).toBe(3);
  });
});
