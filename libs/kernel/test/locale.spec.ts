import { canonicalLocale } from '../src/locale.ts';

describe('the canonical form of a language tag', () => {
  it.each([
    ['pt_BR', 'pt-BR'],
    ['PT-br', 'pt-BR'],
    ['en_US', 'en-US'],
    ['iw-IL', 'he-IL'],
    ['in-ID', 'id-ID'],
    ['ji', 'yi'],
    ['zh_hant_tw', 'zh-Hant-TW'],
    ['sh', 'sr-Latn'],
    ['mo', 'ro'],
    ['de-DD', 'de-DE'],
    ['cmn-TW', 'zh-TW'],
    ['zh_TW_#Hant', 'zh-Hant-TW'],
    ['sr__#Latn', 'sr-Latn'],
    ['en_US.UTF-8', 'en-US'],
    ['en_US@calendar=buddhist', 'en-US'],
    ['th-TH-u-ca-buddhist', 'th-TH-u-ca-buddhist'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalLocale(text)).toBe(canonical);
    expect(canonicalLocale(canonical)).toBe(canonical);
  });

  it.each(['', 'e', 'C', 'not a tag', 'en-', '-en', '_', 'en\u0000', 'ру', 'x-private', `en-x-${'a'.repeat(64)}`])(
    'there is none of %j',
    (text) => {
      expect(canonicalLocale(text)).toBeUndefined();
    },
  );
});
