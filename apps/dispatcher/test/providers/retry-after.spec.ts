import { delayOf, retryAfterMs } from '../../src/providers/retry-after.ts';

const now = Date.UTC(2026, 0, 1, 12, 0, 0);

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 7 ', 7_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['Thursday, 01-Jan-26 12:00:30 GMT', 30_000],
    ['Thu Jan  1 12:00:30 2026', 30_000],
    ['99999999999', 86_400_000],
    ['soon', undefined],
    ['', undefined],
    ['-5', undefined],
    [undefined, undefined],
  ])('%j asks to wait %j ms', (text, ms) => {
    expect(retryAfterMs(text, now)).toBe(ms);
  });

  it('adds nothing to an outcome when it asks for nothing', () => {
    expect(delayOf(undefined, now)).toEqual({});
    expect(delayOf('0', now)).toEqual({});
  });
});
