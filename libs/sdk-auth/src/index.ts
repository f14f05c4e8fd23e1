export { hashOfSecret, newInstallationSecret, secretMatches } from './installation-secret.ts';
export { proveUser, type SdkAuthPolicy } from './prove-user.ts';
export { algorithmOf, readSdkPublicKey, type SdkPublicKey, type UserTokenAlgorithm } from './sdk-public-key.ts';
export { verifyUserToken, type UserTokenClaims } from './user-token.ts';
export * from './user-token-errors.ts';
