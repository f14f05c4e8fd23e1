import { attributesField, externalIdField, newIdField, tagsField, isTimeZone } from '../src/fields.ts';
import { aliasField } from '../src/user-patch.ts';

describe('fields of installations and users', () => {
  it('know the time zones of the IANA database, links included, and nothing else', () => {
    for (const zone of ['Europe/Paris', 'America/Argentina/Buenos_Aires', 'UTC', 'US/Pacific', 'Etc/GMT+5'])
      expect(isTimeZone(zone)).toBe(true);
    for (const none of ['Paris', '+01:00', '', 'Europe/Paris ', 'Europe/Nowhere', 'x'.repeat(65)]) expect(isTimeZone(none)).toBe(false);
  });

  it('keep tags to their alphabet', () => {
    expect(tagsField.safeParse(['vip', 'a_@#.:-9', 'x'.repeat(120)]).success).toBe(true);
    for (const bad of ['', 'a b', 'é', 'x'.repeat(121), 'a&&b']) expect(tagsField.safeParse([bad]).success).toBe(false);
  });

  it('bound attributes in number, name, kind and size', () => {
    expect(attributesField.safeParse({ plan: 'gold', age: 41, news: true, since: '2026-01-01T00:00:00Z', teams: ['red'] }).success).toBe(
      true,
    );
    for (const bad of [
      { nested: { a: 1 } },
      { none: null },
      { mixed: ['a', 1] },
      { 'a.b': 1 },
      { $where: 1 },
      { ['x'.repeat(121)]: 1 },
      { long: 'x'.repeat(1_025) },
      Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, i])),
      Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`a${i}`, 'x'.repeat(1_000)])),
    ]) {
      expect(attributesField.safeParse(bad).success).toBe(false);
    }
  });

  it.each(['null', 'undefined', '(null)', ' ', '[object Object]', '\u200b'])(
    'take %j for no id of a device, and for nobody’s alias',
    (id) => {
      expect(newIdField.safeParse(id).success).toBe(false);
      expect(aliasField.safeParse({ label: 'crm', name: id }).success).toBe(false);
      for (const good of ['null-island', 'phone-1', '0', 'C-1017']) {
        expect(newIdField.safeParse(good).success).toBe(true);
        expect(aliasField.safeParse({ label: 'crm', name: good }).success).toBe(true);
      }
    },
  );

  it('refuse control characters in ids', () => {
    expect(externalIdField.safeParse('charlie@example.org / ünïcode').success).toBe(true);
    for (const bad of ['', 'a\u0000b', 'a\nb', 'x'.repeat(129)]) expect(externalIdField.safeParse(bad).success).toBe(false);
  });
});
