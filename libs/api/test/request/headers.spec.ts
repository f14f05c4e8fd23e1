import { RevisionMismatch } from '../../src/errors/http-errors.ts';
import { RequestInvalid } from '../../src/errors/request-invalid.ts';
import { checkPrecondition, etagOf, parseIfMatch } from '../../src/request/etag.ts';
import { parseWaitMs } from '../../src/request/prefer.ts';

describe('If-Match', () => {
  it('reads what ETag said', () => {
    expect(parseIfMatch(etagOf(7))).toBe(7);
    expect(parseIfMatch(' * ')).toBe('exists');
    expect(parseIfMatch(undefined)).toBeUndefined();
  });

  it.each(['7', 'W/"7"', '"7", "8"', '"seven"', ''])('refuses %j', (header) => {
    expect(() => parseIfMatch(header)).toThrow(RequestInvalid);
  });

  it.each([
    [undefined, undefined, true],
    [undefined, 3, true],
    ['exists', 3, true],
    ['exists', undefined, false],
    [3, 3, true],
    [3, 4, false],
    [3, undefined, false],
  ] as const)('%j on revision %j passes: %s', (expected, revision, passes) => {
    const check = () => {
      checkPrecondition(expected, revision);
    };
    if (passes) expect(check).not.toThrow();
    else expect(check).toThrow(RevisionMismatch);
  });
});

describe('Prefer: wait', () => {
  it.each([
    [undefined, 0],
    ['wait=5', 5_000],
    ['respond-async, Wait = 10', 10_000],
    [['return=minimal', 'wait="7"; x=1'], 7_000],
    ['wait=600', 30_000],
    ['wait=soon', 0],
    ['await=5', 0],
    ['wait=-1', 0],
  ])('%j waits %d ms', (header, waitMs) => {
    expect(parseWaitMs(header)).toBe(waitMs);
  });
});
