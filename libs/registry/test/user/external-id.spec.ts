import { isReservedExternalId } from '../../src/user/external-id.ts';

describe('an external id', () => {
  it.each([
    'null', 'NULL', ' null ', '(null)', '<null>', '"null"', 'undefined', 'Undefined', '(undefined)', 'nil', '<nil>', 'None', 'NaN', 'Optional(nil)',
    '[object Object]', '00000000-0000-0000-0000-000000000000', ' ', '\t', '\u00a0', '\u200b', '\u3000\ufeff', '\u2060\u2800', '""', "''", 'N/A', 'unknown', 'nullptr', 'false',
    '${userId}', '{{user.id}}', 'user-{{ id }}', '<%= id %>', '%s', '[object HTMLElement]',
  ])('is nobody’s: %j', (text) => {
    expect(isReservedExternalId(text)).toBe(true);
  }); // prettier-ignore

  it.each([
    '0',
    '-1',
    'guest',
    'user${',
    'a{b}c',
    '100%s',
    'nullius',
    'undefined@example.org',
    'nil-2',
    'nonesuch',
    'charlie',
    '4711',
    'Nanette',
    '空',
    '\u{1f600}',
  ])('may be a person’s: %j', (text) => {
    expect(isReservedExternalId(text)).toBe(false);
  });
});
