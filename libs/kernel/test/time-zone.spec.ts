import { TIME_ZONES, instantIn, localInstants } from '../src/time-zone.ts';

const iso = (at: number) => new Date(at).toISOString();

describe('a local time in a zone', () => {
  it.each([
    ['Asia/Kathmandu', '2026-12-24T09:00', '2026-12-24T03:15:00.000Z'],
    ['Australia/Lord_Howe', '2026-12-24T09:00', '2026-12-23T22:00:00.000Z'],
    // Clocks go from 2:00 to 2:30 on 4 October: 2:15 is not shown.
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45:00.000Z'],
    // … and from 2:00 back to 1:30 on 5 April: 1:45 is shown twice.
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z'],
    ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:30:00.000Z'],
    ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    // In Ramadan Morocco is an hour behind itself.
    ['Africa/Casablanca', '2026-02-14T09:00', '2026-02-14T08:00:00.000Z'],
    ['Africa/Casablanca', '2026-02-16T09:00', '2026-02-16T09:00:00.000Z'],
    ['Africa/Casablanca', '2026-03-22T02:30', '2026-03-22T02:30:00.000Z'],
    // In Santiago midnight itself is left out.
    ['America/Santiago', '2026-09-06T00:00', '2026-09-06T04:00:00.000Z'],
    ['America/Santiago', '2026-04-04T23:30', '2026-04-05T02:30:00.000Z'],
  ])('in %s, %s is %s: gaps go forward, folds are taken once', (zone, local, expected) => {
    expect(iso(instantIn(zone, local))).toBe(expected);
  });

  it('is no time where the calendar has none', () => {
    expect(() => instantIn('UTC', '2026-02-29T24:61')).toThrow();
  });

  it('comes once in every zone, links included, over 26 hours and in order', () => {
    const instants = localInstants('2026-12-24T09:00');
    const zones = instants.flatMap(({ timeZones }) => timeZones);

    expect(zones.toSorted()).toEqual(TIME_ZONES.toSorted());
    expect(new Set(zones).size).toBe(zones.length);
    expect(zones).toEqual(expect.arrayContaining(['Asia/Kolkata', 'Asia/Calcutta', 'US/Pacific', 'UTC', 'Etc/GMT+12']));
    expect(instants.map(({ at }) => at)).toEqual(instants.map(({ at }) => at).toSorted((a, b) => a - b));
    expect([iso(instants[0]!.at), iso(instants.at(-1)!.at)]).toEqual(['2026-12-23T19:00:00.000Z', '2026-12-24T21:00:00.000Z']);
    expect(instants.length).toBeGreaterThanOrEqual(24);
  });
});
