import type { RecordOf } from './field-table.ts';
import type { installationTable } from './installation-table.ts';

export * from './installation-values.ts';

/**
 * One app on one device. Every instant is in ms since 1970; `null` means "not known". The record of registration-rules, and what keeps it true; its fields
 * are the rows of `installationTable`.
 */
export type Installation = RecordOf<typeof installationTable>;
