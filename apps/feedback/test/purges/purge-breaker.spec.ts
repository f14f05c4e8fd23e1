import { purgeVerdict } from '../../src/purges/purge-breaker.ts';

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
