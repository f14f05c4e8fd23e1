import aliases from 'cldr-core/supplemental/aliases.json' with { type: 'json' };
import { canonicalLocale } from '../src/locale.ts';
import { oldLanguageTags } from '../src/old-language-tags.ts';

const all = Object.entries(aliases.supplemental.metadata.alias.languageAlias as Record<string, { readonly _replacement: string }>);

function isNoneToIntl(tag: string): boolean {
  try {
    Intl.getCanonicalLocales(tag);
    return false;
  } catch {
    return true;
  }
}

describe('language tags that Intl takes for none', () => {
  it('are those of CLDR', () => {
    const cldr = all.filter(([tag]) => isNoneToIntl(tag)).map(([tag, { _replacement }]) => [tag.toLowerCase(), _replacement] as const);

    expect(Object.fromEntries(oldLanguageTags)).toEqual(Object.fromEntries(cldr));
  });

  it.each([
    ['i-klingon', 'tlh'],
    ['I_KLINGON', 'tlh'],
    ['zh-min-nan', 'nan'],
    ['zh-min-nan-TW', 'nan-TW'],
    ['i-hak', 'hak'],
    ['en-GB-oed', 'en-GB-oxendict'],
    ['sgn-BE-FR', 'sfb'],
    ['zh_yue_HK', 'yue-HK'],
    ['zh-cmn-Hans-CN', 'zh-Hans-CN'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalLocale(text)).toBe(canonical);
    expect(canonicalLocale(canonical)).toBe(canonical);
  });

  it.each(['i-', 'i-nothing', 'zh-min-nan-', 'zh-nonsense-of-nine'])('there is still none of %s', (text) => {
    expect(canonicalLocale(text)).toBeUndefined();
  });
});
