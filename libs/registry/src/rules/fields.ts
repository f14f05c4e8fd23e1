import { canonicalLocale } from '#libs/kernel';
import { fieldsWith, type Field } from '../field-table.ts';
import { installationTable } from '../installation-table.ts';
import type { InstallationFields } from '../installation-fields.ts';
import type { InstallationDraft } from './installation-draft.ts';
import { checkedAttributes, tagSet } from './tag-set.ts';

/** Rules of their own say what becomes of these. */
const ruled = ['provider', 'permission', 'notificationsEnabled', 'locale', 'language'];
const copied = fieldsWith(installationTable, 'said').filter((name) => !ruled.includes(name)) as readonly (keyof InstallationFields)[];

/** The fields with their tags as a set; asked before anything is written. Throws TooManyTags, TagInvalid, TooManyAttributes. */
export function checkedFields(fields: InstallationFields, maxTags: number): InstallationFields {
  if (fields.attributes) checkedAttributes(fields.attributes);
  return fields.tags ? { ...fields, tags: tagSet(fields.tags, maxTags) } : fields;
}

/** What a caller said of the device: absent is unchanged, null is cleared. Language tags are kept in their canonical form. */
export function applyFields(draft: InstallationDraft, fields: InstallationFields): void {
  for (const name of copied) {
    const said = fields[name];
    if (said !== undefined) draft.set({ [name]: said ?? (installationTable[name] as Field<unknown>).unknown });
  }
  if (fields.locale !== undefined) draft.set({ locale: fields.locale && (canonicalLocale(fields.locale) ?? fields.locale) });
  applyLanguage(draft, fields);
}

/** From the locale unless it is given; `iw` is `he`, whoever says it. */
function applyLanguage(draft: InstallationDraft, { language, locale }: InstallationFields): void {
  const said = language ?? locale;
  if (language === undefined && locale === undefined) return;
  const canonical = said && (canonicalLocale(said) ?? said);
  draft.set({ language: canonical?.split(/[-_]/)[0]?.toLowerCase() ?? null });
}
