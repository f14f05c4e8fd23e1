import languageMatching from 'cldr-core/supplemental/languageMatching.json' with { type: 'json' };
import likelySubtags from 'cldr-core/supplemental/likelySubtags.json' with { type: 'json' };
import parentLocales from 'cldr-core/supplemental/parentLocales.json' with { type: 'json' };
import { languageFor } from '../src/language-for.ts';

/** From here on CLDR calls two languages apart. */
const apart = 50;

interface Match {
  readonly _desired: string;
  readonly _supported: string;
  readonly _distance: number;
  readonly _oneway?: boolean;
}

const parents = Object.entries(parentLocales.supplemental.parentLocales.parentLocale as Record<string, string>);
const matches = languageMatching.supplemental.languageMatching['written-new'].languageMatch as Match[];
const likely = Object.entries(likelySubtags.supplemental.likelySubtags as Record<string, string>);
const isLanguage = (tag: string) => /^[a-z]{2,3}$/.test(tag) && tag !== 'und';
const baseOf = (tag: string) => tag.split('-')[0]!;
/** As Node's ICU knows it, which leaves out languages of few speakers. */
const scriptOf = (tag: string) => new Intl.Locale(tag).maximize().script;
const canonical = (tag: string) => Intl.getCanonicalLocales(tag)[0] === tag;

/** Those where it is otherwise, with what was found. */
function exceptions(cases: readonly (readonly [locale: string, languages: readonly string[], expected: string])[]) {
  expect(cases.length).toBeGreaterThan(50);
  return cases
    .map(([locale, languages, expected]) => ({ locale, languages, expected, found: languageFor(locale, languages) }))
    .filter(({ found, expected }) => found !== expected);
}

describe('texts by language follow CLDR', () => {
  it('to the parent of a locale rather than to its bare language', () => {
    const cases = parents
      .filter(([child, parent]) => parent !== 'root' && parent.includes('-') && baseOf(parent) === baseOf(child) && canonical(child))
      .map(([child, parent]) => [child, [baseOf(child), parent], parent] as const);

    expect(exceptions(cases)).toEqual([]);
  });

  it('to a language that the speakers of another read, and to none that is apart', () => {
    const pairs = matches.filter(({ _desired, _supported }) =>
      [_desired, _supported].every((tag) => isLanguage(tag) && canonical(tag) && scriptOf(tag) !== undefined),
    );
    const near = pairs
      .filter(({ _distance, _desired, _supported }) => _distance < 20 && scriptOf(_desired) === scriptOf(_supported))
      .flatMap(({ _desired, _supported, _oneway }) => [
        [_desired, [_supported], _supported] as const,
        ...(_oneway ? [] : [[_supported, [_desired], _desired] as const]),
      ]);

    expect(exceptions(near)).toEqual([]);
    expect(pairs.every(({ _distance }) => _distance < apart)).toBe(true);
    const known = new Set(pairs.flatMap(({ _desired, _supported }) => [`${_desired} ${_supported}`, `${_supported} ${_desired}`]));
    const languages = ['ar', 'de', 'en', 'es', 'fr', 'he', 'ja', 'ko', 'pl', 'ru', 'sv', 'th', 'tr', 'vi', 'zh'];
    for (const locale of languages)
      for (const other of languages)
        if (locale !== other && !known.has(`${locale} ${other}`)) expect(languageFor(locale, [other])).toBeUndefined();
  });

  it('to the script that a language is likely written in', () => {
    const cases = likely
      .filter(([tag]) => isLanguage(tag) && canonical(tag) && tag !== 'ja')
      .map(([tag, maximal]) => [maximal, ['ja', tag], tag] as const);

    expect(exceptions(cases)).toEqual([]);
  });
});
