import type { FrequencyCap } from '#libs/kernel';
import fc from 'fast-check';
import { brokenCap, marked, type FrequencyMark } from '../../src/frequency/frequency-mark.ts';

const hour = 3_600_000;
const cap = (facts: Partial<FrequencyCap> = {}): FrequencyCap => ({ label: '*', max: 2, per: 'PT1H', by: 'user', ...facts });
const mark = (at: number, facts: Partial<FrequencyMark> = {}): FrequencyMark => ({
  send: `at ${at}`,
  at,
  until: at + hour,
  labels: ['*'],
  installations: ['phone'],
  ...facts,
});
const next = (at: number) => ({ send: 'next', at, installation: 'phone' });

describe('a frequency cap', () => {
  it('lets so many through, and says when the next may go', () => {
    const marks = [mark(0), mark(10)];

    expect(brokenCap(marks.slice(1), next(20), [cap()])).toBeNull();
    expect(brokenCap(marks, next(20), [cap()])).toEqual({ cap: cap(), until: hour });
    expect(brokenCap(marks, next(hour - 1), [cap()])).toEqual({ cap: cap(), until: hour });
    expect(brokenCap(marks, next(hour), [cap()])).toBeNull();
    expect(brokenCap([...marks, mark(15)], next(20), [cap()])?.until).toBe(hour + 10);
  });

  it('counts what has its label, and all has the label *', () => {
    const marks = [mark(0, { labels: ['promo'] }), mark(1, { labels: ['news'] })];

    expect(brokenCap(marks, next(2), [cap({ label: 'promo' })])).toBeNull();
    expect(brokenCap(marks, next(2), [cap({ label: 'promo', max: 1 })])).not.toBeNull();
    expect(brokenCap(marks, next(2), [cap({ label: 'promo' }), cap()])?.cap.label).toBe('*');
  });

  it('has a place already for a send that is marked', () => {
    expect(brokenCap([mark(0), mark(1, { send: 'next' })], next(2), [cap()])).toBeNull();
  });

  it('counts what is held for later, in every stretch of time that both are in', () => {
    expect(brokenCap([mark(hour), mark(hour + 10)], next(20), [cap()])?.until).toBe(2 * hour);
    expect(brokenCap([mark(hour + 20), mark(hour + 30)], next(20), [cap()])).toBeNull();
    expect(brokenCap([mark(0), mark(hour + 10)], next(20), [cap()])).toBeNull(); // they are over an hour apart
  });

  it('is never broken by what it lets through, in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 * hour }), { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (times, max) => {
        const caps = [cap({ max })];
        let marks: readonly FrequencyMark[] = [];
        for (const [index, at] of times.entries()) {
          const send = { send: String(index), at, installation: 'phone' };
          const broken = brokenCap(marks, send, caps);
          if (broken) expect(brokenCap(marks, { ...send, at: broken.until }, caps)).toBeNull();
          else marks = marked(marks, send, caps, 0);
        }
        for (const { at: from } of marks) expect(marks.filter(({ at }) => at >= from && at < from + hour).length).toBeLessThanOrEqual(max);
      }),
    );
  });
});

describe('a mark', () => {
  it('is one for a send on all devices, goes when no cap looks at it, and is bounded', () => {
    const caps = [cap()];
    const send = { send: 's', at: 5, installation: 'phone' };
    const one = marked([mark(0)], send, caps, 5);

    expect(marked(one, send, caps, 5)).toBe(one);
    expect(marked(one, { ...send, installation: 'tablet' }, caps, 5).at(-1)).toMatchObject({
      send: 's',
      installations: ['phone', 'tablet'],
    });
    expect(marked([mark(0)], { ...send, at: hour }, caps, hour).map((each) => each.send)).toEqual(['s']);
    let many: readonly FrequencyMark[] = [];
    for (let n = 0; n < 600; n += 1) many = marked(many, { ...send, send: String(n) }, caps, 5);
    expect(many.length).toBe(500);
  });
});
