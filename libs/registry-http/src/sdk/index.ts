export { FromCaller, type Caller } from './caller.ts';
export { InstallationGuard, isProven } from './installation-guard.ts';
export { hashOfSecret, newInstallationSecret } from './installation-guard.ts';
export { judgeSdkPublicKey, type JudgedPublicKey } from './sdk-public-key.ts';
export {
  FieldNotWritable,
  attributesBySdk,
  attributesWishedBySdk,
  checkSdkMayTag,
  tagsBySdk,
  tagsWishedBySdk,
  type WrittenBySdk,
} from './sdk-limits.ts';
export { sdkAuthStatuses } from './sdk-auth-statuses.ts';
export * from './user-token-errors.ts';
