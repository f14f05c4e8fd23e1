import { canonicalLocale } from '#libs/kernel';
import { remembered } from './remembered.ts';

const longestTag = 64;

/** Whether the text is a language tag of BCP 47 (`fr`, `pt-BR`, `zh-Hant-TW`); an underscore makes it none. */
export function isLocale(tag: string): boolean {
  return tag.length <= longestTag && isKnownToIntl(tag);
}

const isKnownToIntl = remembered((tag) => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
});

/** What was stored before tags were made canonical is shown in the same form. */
export function shownLocale(tag: string | null): string | null {
  return tag === null ? null : (canonicalLocale(tag) ?? tag);
}
