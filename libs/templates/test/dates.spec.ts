import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { compileMessage } from '../src/compile-message.ts';

/** Liquid, and what it comes to wherever the process runs. */
const cases: [body: string, text: string][] = [
  [`{{ '2026-01-01' | date: '%d.%m.%Y' }}`, '01.01.2026'],
  [`{{ '2026-01-01' | date: '%d.%m.%Y %H:%M %z' }}`, '01.01.2026 00:00 +0000'],
  [`{{ '2026-03-08 02:30' | date: '%H:%M' }}`, '02:30'], // an hour that Los Angeles does not have
  [`{{ '2026-03-08T02:30:00' | date: '%H:%M' }}`, '02:30'],
  [`{{ '2026-03-08T02:30:00Z' | date: '%H:%M' }}`, '02:30'],
  [`{{ '2026-01-01T00:30:00+02:00' | date: '%F %R' }}`, '2025-12-31 22:30'],
  [`{{ '2026-01-01T00:30:00+0200' | date: '%F %R' }}`, '2025-12-31 22:30'],
  [`{{ '1 Jan 2026' | date: '%F' }}`, '2026-01-01'],
  [`{{ 'January 1, 2026 3:05 PM' | date: '%F %R' }}`, '2026-01-01 15:05'],
  [`{{ '01/02/2026' | date: '%F' }}`, '2026-01-02'],
  [`{{ '1-2-2026' | date: '%F' }}`, '2026-01-02'],
  [`{{ 'Thu, 01 Jan 2026 12:00:00 GMT' | date: '%F %R' }}`, '2026-01-01 12:00'],
  [`{{ 'Thu, 01 Jan 2026 12:00:00 -0800' | date: '%F %R' }}`, '2026-01-01 20:00'],
  [`{{ 'Thu Jan 01 2026 12:00:00 GMT+0100 (Central European Standard Time)' | date: '%F %R' }}`, '2026-01-01 11:00'],
  [`{{ 1767225600 | date: '%F %T' }}`, '2026-01-01 00:00:00'],
  [`{{ '1767225600' | date }}`, 'Thursday, January 1, 2026 at 12:00 am +0000'],
  [`{{ '2026-01-01T12:00:00Z' | date: '%F %R %z %Z', 'Asia/Kolkata' }}`, '2026-01-01 17:30 +0530 Asia/Kolkata'],
  [`{{ '2026-01-01T12:00:00Z' | date: '%F %R %:z', installation.timeZone }}`, '2026-01-02 02:00 +14:00'],
  [`{{ '2026-07-01T12:00:00Z' | date: '%R', 'America/Los_Angeles' }}`, '05:00'],
  [`{{ '2026-01-01T12:00:00Z' | date: '%R', 'America/Los_Angeles' }}`, '04:00'],
  [`{{ '2026-01-01T12:00:00Z' | date: '%R', 300 }}`, '07:00'],
  [`{{ '2026-01-01T12:00:00Z' | date: '%R', '+03:00' }}`, '15:00'],
  [`{{ '2026-01-01' | date_to_xmlschema }}`, '2026-01-01T00:00:00+00:00'],
  [`{{ '2026-01-01' | date_to_rfc822 }}`, 'Thu, 01 Jan 2026 00:00:00 +0000'],
  [`{{ '2026-01-01' | date_to_string }} {{ '2026-01-01' | date_to_long_string: 'ordinal', 'US' }}`, '01 Jan 2026 January 1st, 2026'],
  [`{{ '2026-01-01' | date: '%c|%x|%X|%D|%r' }}`, 'Thu Jan  1 00:00:00 2026|01/01/26|00:00:00|01/01/26|12:00:00 AM'],
  [
    `{{ '2026-02-03T04:05:06.007Z' | date: '%a %A %b %B %C %d %e %-d %H %I %j %k %l %L %m %M %N %3N %p %P %q %s %S %u %U %w %W %y %Y %% %Q' }}`,
    'Tue Tuesday Feb February 20 03  3 3 04 04 034  4  4 007 02 05 007000000 007 AM am rd 1770091506 06 2 05 2 05 26 2026 % %Q',
  ],
  [`{{ '2026-02-03' | date: '%^a %^B %_m %05d %#p' }}`, 'TUE FEBRUARY  2 00003 am'],
  [`{{ 'someday' | date: '%F' }}{{ nil | date: '%F' }}`, 'someday'],
];

function render(body: string) {
  const context = { user: {}, installation: { timeZone: 'Pacific/Kiritimati' }, variables: {}, campaign: {}, event: {} };
  const rendering = compileMessage({ body }).render(context, null);
  if (rendering.kind === 'empty') return '';
  return rendering.kind === 'rendered' ? rendering.message.body : rendering.reason;
}

describe('a date in a text', () => {
  it.each(cases)('%s is %s', (body, text) => {
    expect(render(body)).toBe(text);
  });

  it('of a zone that is none ends the rendering', () => {
    expect(render(`{{ 0 | date: '%F', 'Mars/Olympus' }}`)).toMatch(/Mars\/Olympus/);
  });

  it.each(['America/Los_Angeles', 'Pacific/Kiritimati', 'Asia/Kolkata'])('is the same in a process in %s', async (zone) => {
    const script = `
      import { compileMessage } from '${process.cwd()}/dist/libs/templates/src/compile-message.js';
      const context = { user: {}, installation: { timeZone: 'Pacific/Kiritimati' }, variables: {}, campaign: {}, event: {} };
      const bodies = ${JSON.stringify(cases.map(([body]) => body))};
      const texts = bodies.map((body) => compileMessage({ body }).render(context, null).message?.body);
      console.log(JSON.stringify({ zone: new Intl.DateTimeFormat().resolvedOptions().timeZone, texts }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env: { TZ: zone } });

    expect(JSON.parse(stdout)).toEqual({
      zone: expect.stringMatching(/Los_Angeles|Kiritimati|Kolkata|Calcutta/) as string,
      texts: cases.map(([, text]) => text),
    });
  });
});
