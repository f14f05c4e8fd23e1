import { match } from '@formatjs/intl-localematcher';
import parentLocales from 'cldr-core/supplemental/parentLocales.json' with { type: 'json' };
import { canonicalLocale } from '#libs/kernel';

/** The matcher remembers each tag it was ever shown; of devices' inventions there is no end. */
const maxShown = 20_000;
const shown = new Set<string>();
/** Parents that are not what is left when the last part is cut off: `es-MX` inherits from `es-419`, `en-AU` from `en-001`. */
const parents: ReadonlyMap<string, string> = new Map(Object.entries(parentLocales.supplemental.parentLocales.parentLocale));
/** ISO 639 for "no linguistic content": matches nothing, and so says that nothing did. */
const none = 'zxx';

/**
 * The language variant for a locale, or none (the default texts): that of a parent in CLDR, else the one that its speakers read best, by CLDR's
 * language matching (UTS 35) over likely subtags, so that `zh-TW` reads `zh-Hant`, `es-MX` `es-419` and `no` `nb`. Case, `_` and old names (`iw`) do not count.
 */
export function languageFor(locale: string, languages: readonly string[]): string | undefined {
  const wanted = canonicalLocale(locale);
  if (wanted === undefined || languages.length === 0) return undefined;
  const named = languages.map((language) => canonicalLocale(language) ?? language);
  const exact = named.indexOf(wanted);
  const at = exact < 0 ? closest(plain(wanted), named.map(plain)) : exact;
  return languages[at];
}

/** Index of the variant, or -1. */
function closest(wanted: string, languages: readonly string[]): number {
  for (let parent = parents.get(wanted); parent !== undefined; parent = parents.get(parent)) {
    const found = parent.includes('-') ? languages.indexOf(parent) : -1;
    if (found >= 0) return found;
  }
  if (![wanted, ...languages].every(mayBeShown)) return byTruncation(wanted, languages);
  return languages.indexOf(match([wanted], languages, none));
}

function mayBeShown(tag: string): boolean {
  if (shown.size < maxShown) shown.add(tag);
  return shown.has(tag);
}

/** RFC 4647 section 3.4. */
function byTruncation(wanted: string, languages: readonly string[]): number {
  for (let tag = wanted; tag !== ''; tag = tag.slice(0, Math.max(0, tag.lastIndexOf('-')))) {
    const found = languages.indexOf(tag);
    if (found >= 0) return found;
  }
  return -1;
}

/** Language, script and region: what matching looks at. */
function plain(tag: string): string {
  return /^[a-z]{2,8}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?(?=-|$)/.exec(tag)?.[0] ?? tag;
}
