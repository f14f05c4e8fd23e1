import { CRASH_POINTS, crashOrderOf } from '../src/crash-point.ts';

describe('an order to crash', () => {
  it('names a point and, if need be, the passage', () => {
    expect(crashOrderOf('p1.page.before')).toEqual({ point: 'p1.page.before', passage: 1 });
    expect(crashOrderOf('p2.send.after:3')).toEqual({ point: 'p2.send.after', passage: 3 });
  });

  it.each(['', 'p9.nowhere', 'p1.page.before:0', 'p1.page.before:1.5', 'p1.page.before:x', 'p1.page.before:1:2'])('is not %j', (text) => {
    expect(crashOrderOf(text)).toBeUndefined();
  });

  it('names each point once', () => {
    expect(new Set(CRASH_POINTS).size).toBe(CRASH_POINTS.length);
  });
});
