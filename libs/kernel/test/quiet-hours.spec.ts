import { quietUntil } from '../src/quiet-hours.ts';

const night = { from: '22:00', to: '08:00' };
const until = (hours: { from: string; to: string }, zone: string, at: string) => {
  const end = quietUntil(hours, zone, Date.parse(at));
  return end === null ? null : new Date(end).toISOString();
};

describe('quiet hours', () => {
  it.each([
    ['Europe/Paris', '2026-01-10T20:59:59.999Z', null],
    ['Europe/Paris', '2026-01-10T21:00:00.000Z', '2026-01-11T07:00:00.000Z'],
    ['Europe/Paris', '2026-01-11T06:59:59.999Z', '2026-01-11T07:00:00.000Z'],
    ['Europe/Paris', '2026-01-11T07:00:00.000Z', null],
    ['Asia/Kathmandu', '2026-01-10T17:00:00.000Z', '2026-01-11T02:15:00.000Z'],
    // The night in which clocks go forward, and the one in which they go back.
    ['America/New_York', '2026-03-08T04:00:00.000Z', '2026-03-08T12:00:00.000Z'],
    ['America/New_York', '2026-11-01T04:00:00.000Z', '2026-11-01T13:00:00.000Z'],
    ['America/Santiago', '2026-09-06T03:00:00.000Z', '2026-09-06T11:00:00.000Z'],
  ])('over night in %s: at %s they last until %s', (zone, at, end) => {
    expect(until(night, zone, at)).toBe(end);
  });

  it('may lie within a day', () => {
    const noon = { from: '12:00', to: '14:00' };

    expect(['11:59', '12:00', '13:59', '14:00'].map((time) => until(noon, 'UTC', `2026-01-10T${time}:00Z`))).toEqual([
      null,
      '2026-01-10T14:00:00.000Z',
      '2026-01-10T14:00:00.000Z',
      null,
    ]);
  });

  it('that end in a gap end after it', () => {
    expect(until({ from: '01:00', to: '02:30' }, 'America/New_York', '2026-03-08T06:30:00Z')).toBe('2026-03-08T07:30:00.000Z');
  });
});
