import { canonicalLocale } from '#libs/kernel';
import type { Installation } from '../installation.ts';
import type { InstallationFields } from '../installation-fields.ts';
import type { InstallationDraft } from './installation-draft.ts';
import { checkedAttributes, tagSet } from './tag-set.ts';

const copied = [
  'platform', 'bundleId', 'appVersion', 'sdkVersion', 'osVersion', 'model', 'manufacturer', 'country', 'carrier', 'timeZone',
  'screenSize', 'location', 'expiresAt',
] as const; // prettier-ignore

/** The fields with their tags as a set; asked before anything is written. Throws TooManyTags, TagInvalid, TooManyAttributes. */
export function checkedFields(fields: InstallationFields, maxTags: number): InstallationFields {
  if (fields.attributes) checkedAttributes(fields.attributes);
  return fields.tags ? { ...fields, tags: tagSet(fields.tags, maxTags) } : fields;
}

/** What a caller said of the device: absent is unchanged, null is cleared. Language tags are kept in their canonical form. */
export function applyFields(draft: InstallationDraft, fields: InstallationFields): void {
  const given = copied.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]]));
  draft.set(Object.fromEntries(given) as Partial<Installation>);
  if (fields.locale !== undefined) draft.set({ locale: fields.locale && (canonicalLocale(fields.locale) ?? fields.locale) });
  if (fields.environment !== undefined) draft.set({ environment: fields.environment ?? 'production' });
  if (fields.mutedChannels !== undefined) draft.set({ mutedChannels: fields.mutedChannels ?? [] });
  if (fields.tags !== undefined) draft.set({ tags: fields.tags ?? [] });
  if (fields.attributes !== undefined) draft.set({ attributes: fields.attributes ?? {} });
  applyLanguage(draft, fields);
}

/** From the locale unless it is given; `iw` is `he`, whoever says it. */
function applyLanguage(draft: InstallationDraft, { language, locale }: InstallationFields): void {
  const said = language ?? locale;
  if (language === undefined && locale === undefined) return;
  const canonical = said && (canonicalLocale(said) ?? said);
  draft.set({ language: canonical?.split(/[-_]/)[0]?.toLowerCase() ?? null });
}
