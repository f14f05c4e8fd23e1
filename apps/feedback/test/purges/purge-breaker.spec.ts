import { endsHold, purgeVerdict } from '../../src/purges/purge-breaker.ts';

describe('R51 the mass-purge breaker', () => {
  it.each([
    ['waits for 200 answers', 199, 5, false, 'wait'],
    ['lets a small send purge once it is complete', 10, 10, true, 'purge'],
    ['purges what is usual', 200, 6, false, 'purge'],
    ['purges at exactly a fifth', 1000, 200, false, 'purge'],
    ['holds above a fifth', 1000, 201, false, 'hold'],
    ['holds above a fifth when the send is complete, too', 200, 41, true, 'hold'],
  ] as const)('%s', (_what, answers, invalid, complete, verdict) => {
    expect(purgeVerdict({ answers, invalid }, complete)).toBe(verdict);
  });
});

describe('what the breaker holds', () => {
  const held = { answers: 1_000, invalid: 300 };

  it.each([
    ['ends with a later send below the limit, however much smaller', held, { answers: 200, invalid: 40 }, true],
    ['goes on where the later send has too few answers to judge by', held, { answers: 199, invalid: 0 }, false],
    ['goes on where a smaller later send is held, too', held, { answers: 999, invalid: 300 }, false],
    ['ends where a later send that is as large is held itself', held, { answers: 1_000, invalid: 1_000 }, true],
  ] as const)('%s', (_what, earlier, later, ends) => {
    expect(endsHold(earlier, later)).toBe(ends);
  });

  it.each([
    ['would be purged', { answers: 1_000, invalid: 10 }],
    ['is too little to be held', { answers: 100, invalid: 100 }],
  ] as const)('does not end what %s', (_what, earlier) => {
    expect(endsHold(earlier, { answers: 1_000, invalid: 0 })).toBe(false);
  });
});
