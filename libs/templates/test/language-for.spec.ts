import { languageFor } from '../src/language-for.ts';

describe('the language that a device is spoken to in', () => {
  it.each([
    ['iw-IL', ['he', 'id', 'yi'], 'he'],
    ['in-ID', ['he', 'id', 'yi'], 'id'],
    ['ji', ['he', 'id', 'yi'], 'yi'],
    ['he-IL', ['iw'], 'iw'],
    ['zh-TW', ['zh-Hans', 'zh-Hant'], 'zh-Hant'],
    ['zh-HK', ['zh-Hans', 'zh-Hant'], 'zh-Hant'],
    ['zh-MO', ['zh', 'zh-TW', 'zh-HK'], 'zh-HK'],
    ['zh-CN', ['zh-Hans', 'zh-Hant'], 'zh-Hans'],
    ['zh-SG', ['zh-Hans', 'zh-Hant'], 'zh-Hans'],
    ['zh-TW', ['zh', 'zh-Hant'], 'zh-Hant'],
    ['zh-CN', ['zh', 'zh-Hant'], 'zh'],
    ['zh-Hans-HK', ['zh', 'zh-Hant'], 'zh'],
    ['zh-TW', ['zh'], undefined],
    ['zh_TW_#Hant', ['zh-Hans', 'zh-Hant'], 'zh-Hant'],
    ['sr-Latn-RS', ['sr', 'sr-Latn'], 'sr-Latn'],
    ['sr-RS', ['sr-Latn', 'sr'], 'sr'],
    ['sh', ['sr', 'sr-Latn'], 'sr-Latn'],
    ['uz-AF', ['uz', 'uz-Arab'], 'uz-Arab'],
    ['pt-AO', ['pt', 'pt-PT'], 'pt-PT'],
    ['pt-AO', ['pt-BR', 'pt-PT'], 'pt-PT'],
    ['pt_BR', ['pt-PT', 'pt-BR'], 'pt-BR'],
    ['pt-BR', ['pt-PT', 'pt'], 'pt'],
    ['pt-BR', ['pt_BR', 'pt'], 'pt_BR'],
    ['es-MX', ['es', 'es-419'], 'es-419'],
    ['es-AR', ['es-ES', 'es-MX'], 'es-MX'],
    ['es-ES', ['es-419', 'es'], 'es'],
    ['en-AU', ['en', 'en-GB'], 'en-GB'],
    ['en-AU', ['en', 'en-001'], 'en-001'],
    ['en-AT', ['en', 'en-GB', 'en-001'], 'en-001'],
    ['en-US', ['en-GB', 'en'], 'en'],
    ['no', ['nb', 'nn'], 'nb'],
    ['nb-NO', ['no'], 'no'],
    ['nn-NO', ['no', 'de'], 'no'],
    ['nn-NO', ['nb', 'nn'], 'nn'],
    ['tl', ['fil'], 'fil'],
    ['fr-CA', ['fr', 'fr-FR'], 'fr'],
    ['fr-CA', ['fr', 'fr-CA'], 'fr-CA'],
    ['fr_fr', ['fr-CA', 'fr-FR'], 'fr-FR'],
    ['th-TH-u-ca-buddhist', ['th'], 'th'],
    ['de-CH-1996', ['de', 'de-CH'], 'de-CH'],
    ['de', ['fr', 'en'], undefined],
    ['uk', ['ru'], undefined],
    ['und', ['en', 'de'], undefined],
    ['tlh-x-starship', ['de'], undefined],
    ['not a tag', ['en'], undefined],
    ['de', [], undefined],
  ])('%s out of %j is %s', (locale, languages, expected) => {
    expect(languageFor(locale, languages)).toBe(expected);
  });

  it('is found without the table once devices have named more tags than it may remember', async () => {
    for (let at = 0; at < 17_576; at++) {
      const letters = [at / 676, (at / 26) % 26, at % 26].map((n) => String.fromCharCode(97 + Math.floor(n))).join('');
      languageFor(`x${letters}q`.slice(0, 8), ['en']);
    }

    expect(languageFor('xyzqqq-Latn-XK', ['xyzqqq', 'en'])).toBe('xyzqqq');
    expect(languageFor('zh-TW', ['zh-Hans', 'zh-Hant'])).toBe('zh-Hant');
  });
});
