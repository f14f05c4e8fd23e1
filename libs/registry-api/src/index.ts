export * from './fields.ts';
export { installationRecord, installationRecordOf, type InstallationRecord } from './installation-record.ts';
export { ledgerRecord, ledgerRecordOf } from './ledger-record.ts';
export { isLocale } from './locale.ts';
export { tokenForm, type TokenForm, type TokenProblem, type WebPushToken } from './push-token-form.ts';
export { tagChangeBody, tagsAnswer, type TagChange } from './tag-change.ts';
export { isTimeZone } from './time-zone.ts';
