import type { ImportFormat } from './import-format.ts';
import { appcenterFormat } from './formats/appcenter-format.ts';
import { azureFormat } from './formats/azure-format.ts';
import { brazeFormat } from './formats/braze-format.ts';
import { onesignalFormat } from './formats/onesignal-format.ts';
import { pinpointFormat } from './formats/pinpoint-format.ts';
import { unifiedpushFormat } from './formats/unifiedpush-format.ts';
import { carillonFormat } from './formats/carillon-format.ts';

/** Whose files can be imported; each stands in a file of its own, with its table in docs/imports.md. */
export const IMPORT_FORMATS = {
  carillon: carillonFormat,
  azure: azureFormat,
  appcenter: appcenterFormat,
  braze: brazeFormat,
  onesignal: onesignalFormat,
  pinpoint: pinpointFormat,
  unifiedpush: unifiedpushFormat,
} as const satisfies Readonly<Record<string, ImportFormat>>;

export type FormatName = keyof typeof IMPORT_FORMATS;

export const FORMAT_NAMES = Object.keys(IMPORT_FORMATS) as [FormatName, ...FormatName[]];
