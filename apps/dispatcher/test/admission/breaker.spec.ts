import { Breaker } from '../../src/admission/breaker.ts';

const now = 1_000_000;

describe('a breaker', () => {
  it('stays closed below twenty answers, however bad', () => {
    const breaker = new Breaker(10_000);

    breaker.observe(19, 19, 'UNAVAILABLE', now);

    expect(breaker.peek(now)).toEqual({ kind: 'closed' });
  });

  it('opens when half of twenty answers within ten seconds are bad', () => {
    const breaker = new Breaker(10_000);

    breaker.observe(10, 0, null, now);
    breaker.observe(10, 10, 'UNAVAILABLE', now + 9_000);

    expect(breaker.peek(now + 9_000)).toEqual({ kind: 'open', until: now + 19_000 });
    expect(breaker).toMatchObject({ openSince: now + 9_000, reason: 'UNAVAILABLE' });
  });

  it('forgets what was longer ago than ten seconds', () => {
    const breaker = new Breaker(10_000);

    breaker.observe(19, 19, 'UNAVAILABLE', now);
    breaker.observe(19, 9, 'UNAVAILABLE', now + 11_000);

    expect(breaker.peek(now + 11_000)).toEqual({ kind: 'closed' });
  });

  it('lets one probe through after the base, and closes on a good answer', () => {
    const breaker = new Breaker(10_000);
    breaker.observe(20, 20, 'UNAVAILABLE', now);

    expect(breaker.take(now + 10_000)).toEqual({ kind: 'probe' });
    expect(breaker.take(now + 10_000)).toEqual({ kind: 'open', until: now + 12_000 });
    expect(breaker.observe(1, 0, null, now + 10_100)).toBe(true);
    expect(breaker.take(now + 10_100)).toEqual({ kind: 'closed' });
  });

  it('waits for the base again after a bad probe', () => {
    const breaker = new Breaker(10_000);
    breaker.observe(20, 20, 'UNAVAILABLE', now);
    breaker.take(now + 10_000);

    expect(breaker.observe(1, 1, 'UNAVAILABLE', now + 10_500)).toBe(false);

    expect(breaker.peek(now + 10_500)).toEqual({ kind: 'open', until: now + 20_500 });
    expect(breaker.openSince).toBe(now);
  });

  it('gives the next one the probe that nobody sent', () => {
    const breaker = new Breaker(10_000);
    breaker.observe(20, 20, 'UNAVAILABLE', now);
    breaker.take(now + 10_000);

    breaker.abandonProbe();

    expect(breaker.take(now + 10_001)).toEqual({ kind: 'probe' });
  });
});
