import { canonicalLocale } from '#libs/kernel';

/** What was stored before tags were made canonical is shown in the same form. */
export function shownLocale(tag: string | null): string | null {
  return tag === null ? null : (canonicalLocale(tag) ?? tag);
}
