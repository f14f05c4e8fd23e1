import { oldLanguageTags } from './old-language-tags.ts';

const maxTag = 64;
const maxRemembered = 2_000;

/** `zh_TW_#Hant`, as Java and Android print a locale: the script stands last. */
const javaForm = /^(?<language>[A-Za-z]{2,8})_(?<region>[A-Za-z0-9]*)_(?:[^#]*_)?#(?<script>[A-Za-z]{4})(?:[_-].*)?$/;
/** What POSIX and ICU put behind: the encoding (`.UTF-8`), keywords (`@calendar=buddhist`). Nothing of it is language. */
const behind = /[.@].*$/s;

/**
 * The canonical form of a language tag (BCP 47, with preferred values): `iw-IL` → `he-IL`, `pt_br` → `pt-BR`. Takes what devices print, underscores
 * included. undefined where the text is none, or is over 64 characters. Cheap for tags that it has seen lately.
 */
export function canonicalLocale(text: string): string | undefined {
  if (text.length > maxTag) return undefined;
  if (remembered.has(text)) return remembered.get(text);
  const canonical = canonicalByIntl(text);
  if (remembered.size >= maxRemembered) remembered.clear();
  remembered.set(text, canonical);
  return canonical;
}

const remembered = new Map<string, string | undefined>();

function canonicalByIntl(text: string): string | undefined {
  const tag = hyphenated(text);
  return canonicalOf(tag) ?? canonicalOf(renewed(tag));
}

function canonicalOf(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** With the longest old tag that it begins with replaced: `zh-min-nan-TW` → `nan-TW`; '' where there is none. */
function renewed(tag: string): string {
  for (let end = tag.length; end > 0; end = tag.lastIndexOf('-', end - 1)) {
    const start = tag.slice(0, end).toLowerCase();
    const today = oldLanguageTags.get(start);
    if (today !== undefined) return `${today}${tag.slice(end)}`;
  }
  return '';
}

function hyphenated(text: string): string {
  const { language, region, script } = javaForm.exec(text)?.groups ?? {};
  if (language === undefined) return text.replace(behind, '').replaceAll('_', '-');
  return [language, script, region].filter(Boolean).join('-');
}
