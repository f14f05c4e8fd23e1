export { accessMigrations } from './access-migrations.ts';
export { accessCollections } from './access-collections.ts';
export { mongoAccess } from './mongo-access.ts';
export { sqliteAccess } from './sqlite-access.ts';
export { APP_ID, MAX_SDK_KEYS, SDK_AUTH, type App, type SdkAuth } from './apps/app.ts';
export { defaultSettings, type AppSettings, type UninstallTracking } from './apps/app-settings.ts';
export { SDK_WRITABLE, sdkMayWrite, type SdkField, type SdkWritable } from './apps/sdk-writable.ts';
export type { SdkKey } from './apps/app.ts';
export { isAlive, newApp } from './apps/new-app.ts';
export { AppRepository } from './apps/app.repository.ts';
export { AppDeleted, AppNotFound } from './apps/app-errors.ts';
export { AUDITED_ACTIONS, type AuditLine } from './audit/audit-line.ts';
export { auditLineOf, type AuditedChange } from './audit/audit-line-of.ts';
export { AuditLog, type AuditPosition } from './audit/audit-log.ts';
export { HALT_REASONS, haltBy, haltIn, wholeHaltIn, type Halt, type HaltedPart } from './halts/halt.ts';
export { HaltRepository } from './halts/halt.repository.ts';
export { SqliteHaltRepository } from './halts/sqlite-halt.repository.ts';
export type { ApiKey } from './keys/api-key.ts';
export { ApiKeyRepository } from './keys/api-key.repository.ts';
export { DEMO_APP, KeyRing, type KeyRingOptions } from './keys/key-ring.ts';
export { hashOfKey, newKeySecret } from './keys/key-secret.ts';
export { KeyNotFound, TooManyKeys } from './keys/key-store-errors.ts';
export type { KeyKind, Principal } from './keys/principal.ts';
export { SCOPES, scopesAllow } from './keys/scopes.ts';
export { apnsCertificateFields, apnsFields } from './credentials/apns-credential.ts';
export { isApnsCertificate, readApnsCertificate, type ApnsCertificate } from './credentials/apns-certificate.ts';
export { baiduFields } from './credentials/baidu-credential.ts';
export { fcmFields } from './credentials/fcm-credential.ts';
export { hmsFields } from './credentials/hms-credential.ts';
export { admFields } from './credentials/adm-credential.ts';
export { wnsFields } from './credentials/wns-credential.ts';
export { webPushFields } from './credentials/webpush-credential.ts';
export { wayOf, type CredentialForm } from './credentials/credential-form.ts';
export { PROVIDER_CREDENTIALS } from './credentials/provider-credentials.ts';
export type { Credential, CredentialVersion, StoredCredential } from './credentials/credential.ts';
export { expiryFinding, expiryStage, type ExpiryStage } from './credentials/credential-expiry.ts';
export { CredentialRepository } from './credentials/credential.repository.ts';
export { MongoCredentialRepository } from './credentials/mongo-credential.repository.ts';
export { SqliteCredentialRepository } from './credentials/sqlite-credential.repository.ts';
export { ShortCache } from './short-cache.ts';
export { CredentialVault, placeOf } from './credentials/credential-vault.ts';
export { CredentialNotFound, DemoIsSimulated, NothingToRollBackTo, ProviderUnavailable } from './credentials/credential-errors.ts';
export { deriveKeys, type DerivedKeys } from './sealing/derive-keys.ts';
export { Sealer } from './sealing/sealer.ts';
export { SealBroken } from './sealing/sealing-errors.ts';
export { openSealing, resealAll, type OpenedSealing } from './sealing/open-sealing.ts';
export { MongoSealedDocumentStore, SqliteSealedDocumentStore, type SealedDocuments } from './sealing/sealed-documents.ts';
export { MongoSealingStore } from './sealing/mongo-sealing-store.ts';
export { SqliteSealingStore } from './sealing/sqlite-sealing-store.ts';
export { SealingStore } from './sealing/sealing-store.ts';
export { ErrandDesk, type ErrandKind, type ErrandServer, type Errands } from './errands/errand-desk.ts';
export { ProviderCallFailed, ProviderCallUnavailable, type ProviderCallFailure } from './errands/provider-call-failure.ts';
export type { ChannelAnswer, ChannelErrand, ChannelPlace, ChannelStorage } from './errands/channel-errand.ts';
export { placeOfTrial, type MessageTrial, type MessageTrialAnswer } from './errands/message-trial.ts';
export type { TopicAnswer, TopicChange, TopicResult } from './errands/topic-change.ts';
export {
  CheckUnavailable,
  CredentialsRefused,
  type CheckFinding,
  type CheckResult,
  type CredentialCheck,
} from './errands/credential-check.ts';
