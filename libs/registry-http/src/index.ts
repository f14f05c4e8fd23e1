export { appById } from './app-by-id.ts';
export { bundleIdField, bundleIdProblem } from './bundle-id.ts';
export * from './fields.ts';
export {
  installationExample,
  installationRecord,
  installationRecordOf,
  shownLocale,
  type InstallationRecord,
} from './installation-record.ts';
export { ledgerExample, ledgerPage, ledgerRecordOf } from './ledger-record.ts';
export { isLocale } from './locale.ts';
export { tokenForm, type TokenForm, type TokenProblem, type WebPushToken } from './push-token-form.ts';
export { registryStatuses } from './registry-statuses.ts';
export { IfMatchHeader, InstallationIdHeader, SdkHeaders } from './headers.ts';
export { tagChangeBody, tagsAnswer, type TagChange } from './tag-change.ts';
export { userPatchBody, userUpdateBody, type UserPatch } from './user-patch.ts';
export { isTimeZone } from './time-zone.ts';
export { ignoredFields } from './ignored-fields.ts';
export * from './sdk/index.ts';
