import { firstPlanned, stepOf, zonesAt, type CronSchedule, type LocalTimeSchedule } from '../../src/campaigns/schedule.ts';
import { readSchedule } from '../../src/campaigns/schedule-body.ts';
import type { SendProblem } from '../../src/intake/send-invalid.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const dayMs = 86_400_000;

/** The instants at which sends go while a scheduler looks every `everyMs` from `from` on. */
function walk(schedule: CronSchedule, from: string, sends: number, everyMs = 60_000): (string | null)[] {
  const went: (string | null)[] = [];
  let planned = firstPlanned(schedule, at(from));
  let now = at(from);
  while (planned !== null && went.length < sends) {
    now = Math.max(now + everyMs, planned);
    const { goes, next } = stepOf(schedule, planned, now);
    went.push(iso(goes));
    planned = next;
  }
  return went;
}
const cron = (text: string, timeZone: string, facts: Partial<CronSchedule> = {}): CronSchedule => ({
  cron: text,
  timeZone,
  missed: 'once',
  ...facts,
});

describe('a cron schedule', () => {
  it.each([
    // 2:30 on 8 March is in the gap; the day still has its send, once.
    ['30 2 * * *', 'America/New_York', '2026-03-07T00:00:00Z', ['2026-03-07T07:30', '2026-03-08T07:00', '2026-03-09T06:30']],
    // 1:30 on 1 November is shown twice.
    ['30 1 * * *', 'America/New_York', '2026-10-31T00:00:00Z', ['2026-10-31T05:30', '2026-11-01T05:30', '2026-11-02T06:30']],
    ['15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T00:00:00Z', ['2026-10-02T15:45', '2026-10-03T15:30', '2026-10-04T15:15']],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-03T00:00:00Z', ['2026-04-03T14:45', '2026-04-04T14:45', '2026-04-05T15:15']],
    ['30 2 * * *', 'Africa/Casablanca', '2026-03-21T00:00:00Z', ['2026-03-21T02:30', '2026-03-22T02:00', '2026-03-23T01:30']],
    ['0 0 * * *', 'America/Santiago', '2026-09-05T00:00:00Z', ['2026-09-05T04:00', '2026-09-06T04:00', '2026-09-07T03:00']],
    ['0 9 * * MON', 'Asia/Kathmandu', '2026-01-01T00:00:00Z', ['2026-01-05T03:15', '2026-01-12T03:15', '2026-01-19T03:15']],
    ['0 9 29 2 *', 'Europe/Paris', '2026-01-01T00:00:00Z', ['2028-02-29T08:00', '2032-02-29T08:00', '2036-02-29T08:00']],
    ['0 9 31 * *', 'Europe/Paris', '2026-01-01T00:00:00Z', ['2026-01-31T08:00', '2026-03-31T07:00', '2026-05-31T07:00']],
  ])('%s in %s goes once a time, whatever the clocks do', (text, timeZone, from, expected) => {
    expect(walk(cron(text, timeZone), from, 3)).toEqual(expected.map((instant) => `${instant}:00.000Z`));
  });

  it('begins and ends when it says', () => {
    const schedule = cron('0 9 * * *', 'UTC', { from: '2026-01-03T09:00:00Z', until: '2026-01-05T09:00:00Z' });

    expect(walk(schedule, '2026-01-01T00:00:00Z', 10)).toEqual(['2026-01-03T09:00:00.000Z', '2026-01-04T09:00:00.000Z']);
    expect(firstPlanned(schedule, at('2026-01-05T09:00:00Z'))).toBeNull();
  });

  it('makes up once for all that was missed in a day, or skips it, and then goes on', () => {
    const now = at('2026-01-02T12:30:00Z');
    const planned = at('2026-01-01T12:00:00Z');
    const [once, skip] = (['once', 'skip'] as const).map((missed) => stepOf(cron('0 * * * *', 'UTC', { missed }), planned, now));

    expect([iso(once!.goes), iso(once!.next)]).toEqual(['2026-01-02T12:00:00.000Z', '2026-01-02T13:00:00.000Z']);
    expect([skip!.goes, iso(skip!.next)]).toEqual([null, '2026-01-02T13:00:00.000Z']);
  });

  it('does not take a restart of some minutes for a miss', () => {
    const planned = at('2026-01-01T12:00:00Z');

    expect(stepOf(cron('0 12 * * *', 'UTC', { missed: 'skip' }), planned, planned + 300_000).goes).toBe(planned);
    expect(stepOf(cron('0 12 * * *', 'UTC', { missed: 'skip' }), planned, planned + 300_001).goes).toBeNull();
  });
});

describe('a local time', () => {
  const christmas: LocalTimeSchedule = { localTime: '2026-12-24T09:00', fallbackTimeZone: 'Europe/Paris', late: 'send' };

  it('comes once in each zone, at its hour', () => {
    const seen = new Map<string, number>();
    const from = at('2026-12-20T00:00:00Z');
    let fallbacks = 0;
    for (let planned = firstPlanned(christmas, from); planned !== null;) {
      const { goes, next } = stepOf(christmas, planned, planned + 1_000);
      const { timeZones, takesUnknown } = zonesAt(christmas, goes!);
      for (const zone of timeZones) {
        expect(seen.has(zone)).toBe(false);
        seen.set(zone, goes!);
      }
      if (takesUnknown) fallbacks += 1;
      planned = next;
    }
    const zones = ['Pacific/Kiritimati', 'Pacific/Chatham', 'Australia/Lord_Howe', 'Asia/Tokyo', 'Asia/Kathmandu', 'Asia/Kolkata', 'Asia/Tehran', 'Europe/Moscow', 'Africa/Casablanca', 'Europe/Paris', 'Europe/London', 'Atlantic/Azores', 'America/Sao_Paulo', 'America/St_Johns', 'America/Santiago', 'America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles', 'America/Anchorage', 'Pacific/Marquesas', 'Pacific/Honolulu', 'Pacific/Pago_Pago', 'Etc/GMT+12']; // prettier-ignore

    for (const zone of zones) {
      const shown = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(seen.get(zone));
      expect(`${zone} ${shown}`).toBe(`${zone} 2026-12-24 09:00`);
    }
    expect(fallbacks).toBe(1);
    expect(zonesAt(christmas, at('2026-12-24T08:00:00Z')).takesUnknown).toBe(true);
  });

  it('that has passed in some zones is sent there late, or not at all', () => {
    const noon = at('2026-12-24T12:00:00Z');

    expect(firstPlanned(christmas, noon)).toBeLessThan(noon);
    expect(iso(firstPlanned({ ...christmas, late: 'skip' }, noon))).toBe('2026-12-24T12:00:00.000Z');
    expect(stepOf({ ...christmas, late: 'skip' }, noon, noon + dayMs).goes).toBeNull();
    expect(stepOf(christmas, noon, noon + dayMs).goes).toBe(noon);
  });
});

describe('the body of a schedule', () => {
  const problemsOf = (body: unknown) => {
    const problems: SendProblem[] = [];
    readSchedule(body, at('2026-01-01T00:00:00Z'), problems);
    return problems.map(({ pointer }) => pointer);
  };

  it.each([
    [{}, ['/schedule']],
    ['daily', ['/schedule']],
    [{ at: '2026-01-01T00:00:00Z', api: true }, ['/schedule']],
    [{ at: '2026-02-30T00:00:00Z' }, ['/schedule/at']],
    [{ api: false }, ['/schedule/api']],
    [{ cron: '0 9 * * FOO', timeZone: 'Mars/Olympus' }, ['/schedule/cron', '/schedule/timeZone']],
    [{ cron: '@daily', timeZone: 'UTC' }, ['/schedule/cron']],
    [{ cron: '0 0 9 * * MON', timeZone: 'UTC' }, ['/schedule/cron']],
    [{ cron: '0 9 30 2 *', timeZone: 'UTC' }, ['/schedule/cron']],
    [{ cron: '0 9 * * *', timeZone: 'UTC', until: '2025-01-01T00:00:00Z' }, ['/schedule/cron']],
    [{ cron: '0 9 * * *', timeZone: 'UTC', from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' }, ['/schedule/until']],
    [{ localTime: '2026-12-24 09:00' }, ['/schedule/localTime']],
    [{ localTime: '2026-02-30T09:00' }, ['/schedule/localTime']],
    [{ localTime: '2026-12-24T09:00Z', late: 'perhaps' }, ['/schedule/localTime', '/schedule/late']],
    [{ on: {} }, ['/schedule/on/event']],
    [{ on: { event: 'x', delay: 'soon', again: 'sometimes' }, then: 1 }, ['/schedule/on/delay', '/schedule/on/again', '/schedule/then']],
    [{ on: { event: 'x', delay: 'P91D' } }, ['/schedule/on/delay']],
    [{ on: { event: 'x', where: { property: 'a', op: 'in', value: 'b' } } }, ['/schedule/on/where/value']],
    [{ on: { attribute: 'plan' } }, ['/schedule/on/becomes']],
  ])('%j is refused where it is wrong', (body, pointers) => {
    expect(problemsOf(body)).toEqual(pointers);
  });

  it('has its defaults filled in, and takes `again` beside `on` as well', () => {
    const read = (body: unknown) => readSchedule(body, 0, []);

    expect(read({ localTime: '2026-12-24T09:00' })).toEqual({ localTime: '2026-12-24T09:00', fallbackTimeZone: 'UTC', late: 'send' });
    expect(read({ on: { event: 'x' } })).toEqual({ on: { event: 'x', again: 'always' } });
    expect(read({ on: { attribute: 'plan', becomes: 'gold' }, again: 'after P1D' })).toEqual({
      on: { attribute: 'plan', becomes: 'gold', again: 'after P1D' },
    });
  });
});
