import type { ImportFormat } from './import-format.ts';
import { carillonFormat } from './formats/carillon-format.ts';

/** Whose files can be imported; each stands in a file of its own, with its table in docs/imports.md. */
export const IMPORT_FORMATS = {
  carillon: carillonFormat,
} as const satisfies Readonly<Record<string, ImportFormat>>;

export type FormatName = keyof typeof IMPORT_FORMATS;

export const FORMAT_NAMES = Object.keys(IMPORT_FORMATS) as [FormatName, ...FormatName[]];
