import { isReservedExternalId } from '../../src/user/external-id.ts';

describe('an external id', () => {
  it.each([
    'null', 'NULL', ' null ', '(null)', '<null>', '"null"', 'undefined', 'Undefined', '(undefined)', 'nil', '<nil>', 'None', 'NaN', 'Optional(nil)',
    '[object Object]', '00000000-0000-0000-0000-000000000000', ' ', '\t', '\u00a0', '\u200b', '\u3000\ufeff', '\u2060\u2800', '""', "''", 'N/A', 'unknown', 'nullptr', 'false',
    'NULL\u200b', 'nu\u00adll', '\u200enull', 'null\ufe0f', '\uff4e\uff55\uff4c\uff4c', '\\N', '\\n', 'nullnull', 'null null', 'null-null', 'null_null', 'null:null', 'nullundefined',
    'undefined undefined', 'NaN-NaN', '#N/A', '<N/A>', '%!s(<nil>)', '%!d(string=x)', 'NSNull', '<NSNull: null>', '[object Undefined]', 'null,', 'null;null', '`null`', '\u201cnull\u201d',
    '«null»', '{null}', '=null', '-', '--', '_', '?', '...', '()', '<>', '[]', '{}', '\u3164', '\u115f\u1160', '00000000000000000000000000000000', '{00000000-0000-0000-0000-000000000000}',
    'ffffffff-ffff-ffff-ffff-ffffffffffff', 'urn:uuid:00000000-0000-0000-0000-000000000000', '(null)(null)', 'None None', '%d',
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
    'null-17',
    'Nina/Anna',
    'nana',
    'Optional("charlie")',
    'n',
    'N.A. Miller',
    'Null, Christopher',
    '𝓀im',
    '👨‍👩‍👧',
    'a\u200bb',
    '00000000-0000-0000-0000-000000000001',
    'unknown soldier',
    'c++',
    '空',
    '\u{1f600}',
  ])('may be a person’s: %j', (text) => {
    expect(isReservedExternalId(text)).toBe(false);
  });
});
