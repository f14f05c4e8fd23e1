/** The language variant for a locale, or none (the default texts): `pt-BR` → `pt-BR`, else `pt`; letter case and `_` do not count. */
export function languageFor(locale: string | null, languages: readonly string[]): string | undefined {
  if (locale === null || languages.length === 0) return undefined;
  let wanted = normal(locale);
  for (;;) {
    const found = languages.find((language) => normal(language) === wanted);
    if (found !== undefined) return found;
    const cut = wanted.lastIndexOf('-');
    if (cut < 0) return undefined;
    wanted = wanted.slice(0, cut);
  }
}

function normal(locale: string): string {
  return locale.replaceAll('_', '-').toLowerCase();
}
