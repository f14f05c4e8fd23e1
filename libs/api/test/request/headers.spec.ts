import { RevisionMismatch } from '../../src/errors/http-errors.ts';
import { RequestInvalid } from '../../src/errors/request-invalid.ts';
import { checkPrecondition, etagOf, parsePrecondition } from '../../src/request/etag.ts';
import { parseWaitMs } from '../../src/request/prefer.ts';

describe('If-Match and If-None-Match', () => {
  it('read tags, lists of them, and *', () => {
    expect(parsePrecondition(undefined, undefined)).toBeUndefined();
    expect(parsePrecondition(etagOf(7), undefined)).toEqual({ match: ['"7"'] });
    expect(parsePrecondition(' * ', '*')).toEqual({ match: 'any', noneMatch: 'any' });
    expect(parsePrecondition('"a,b" , W/"2",, "\u00ff"', undefined)).toEqual({ match: ['"a,b"', 'W/"2"', '"\u00ff"'] });
  });

  it.each(['7', '"seven', 'w/"7"', '"7" "8"', '*, "7"', '', ',', '"a b"'])('refuse %j', (header) => {
    expect(() => parsePrecondition(header, undefined)).toThrow(RequestInvalid);
    expect(() => parsePrecondition(undefined, header)).toThrow(RequestInvalid);
  });

  it.each([
    [undefined, undefined, undefined, true],
    [undefined, undefined, 3, true],
    ['*', undefined, 3, true],
    ['*', undefined, undefined, false],
    ['"3"', undefined, 3, true],
    ['"99", "3"', undefined, 3, true],
    ['W/"3"', undefined, 3, false],
    ['"03"', undefined, 3, false],
    ['"stale"', undefined, 3, false],
    ['"3"', undefined, undefined, false],
    [undefined, '*', undefined, true],
    [undefined, '*', 3, false],
    [undefined, '"3"', 3, false],
    [undefined, 'W/"3"', 3, false],
    [undefined, '"2", "4"', 3, true],
    ['"3"', '*', 3, false],
  ])('If-Match %j and If-None-Match %j at revision %j pass: %s', (ifMatch, ifNoneMatch, revision, passes) => {
    const check = () => {
      checkPrecondition(parsePrecondition(ifMatch, ifNoneMatch), revision);
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
