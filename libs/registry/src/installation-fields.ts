import { type FieldsWith } from './field-table.ts';
import { installationTable } from './installation-table.ts';
import type { Installation } from './installation.ts';

type Table = typeof installationTable;

/** Names of fields that callers may say. */
export type SaidField = { [K in keyof Table]: Table[K] extends { readonly said: string } ? K : never }[keyof Table];
export type ClearableField = { [K in keyof Table]: Table[K] extends { readonly clearable: true } ? K : never }[keyof Table];

/** What a caller says about an installation: absent means unchanged, null means cleared. Values have been checked for form. */
export type InstallationFields = { readonly [K in SaidField]?: K extends ClearableField ? Installation[K] | null : Installation[K] };

/** What an installation says where nobody has said anything. */
export const UNKNOWN_FIELDS = Object.fromEntries(
  Object.entries(installationTable).flatMap(([name, field]) => ('unknown' in field ? [[name, field.unknown]] : [])),
) as unknown as Pick<Installation, FieldsWith<Table, 'unknown'>>;
