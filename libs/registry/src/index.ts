export * from './installation.ts';
export { UNKNOWN_FIELDS, type ClearableField, type InstallationFields, type SaidField } from './installation-fields.ts';
export { fieldsWith, rowOf, shownOf, type Field, type FieldsWith } from './field-table.ts';
export type { Kind } from './field-kinds.ts';
export { installationTable } from './installation-table.ts';
export { userTable } from './user-table.ts';
export { DEFAULT_REGISTRY_SETTINGS, type RegistrySettings } from './registry-settings.ts';
export type { RecipientExtra, RecipientInstallation } from './recipient-installation.ts';
export type { User } from './user.ts';
export { LEDGER_EVENTS, type LedgerEvent, type LedgerLine } from './ledger-line.ts';
export { InstallationRepository, type InstallationTally, type PurgeCondition } from './installation.repository.ts';
export { UserRepository } from './user.repository.ts';
export { TokenLedger, type LedgerPage } from './token-ledger.ts';
export {
  EXTERNAL_ID_RESERVED,
  ExternalIdReserved,
  ExternalIdTaken,
  InstallationNotFound,
  InstallationSecretInvalid,
  PlatformRequired,
  RevisionMismatch,
  TagInvalid,
  TokenTaken,
  TooManyAttributes,
  TooManyConflicts,
  TooManyTags,
  UserNotFound,
} from './registry-errors.ts';

export { RegisterInstallation, type RegisterInstallationCommand, type RegisteredInstallation } from './operations/register-installation.ts';
export type { UserWish } from './operations/installation-writer.ts';
export { StartSession, type StartSessionCommand } from './operations/start-session.ts';
export { ChangeUser, type ChangeUserCommand, type ChangedUser } from './operations/change-user.ts';
export { DetachUser, type DetachUserCommand } from './operations/detach-user.ts';
export { RemoveInstallation } from './operations/remove-installation.ts';
export { ChangeInstallationTags, type InstallationTagOptions } from './operations/change-installation-tags.ts';
export { UpdateUser, type UpdateUserOptions } from './operations/update-user.ts';
export { ChangeUserTags } from './operations/change-user-tags.ts';
export { FindUser, type FoundUser } from './operations/find-user.ts';
export { PurgeToken, type PurgeCause } from './operations/purge-token.ts';
export { MarkTokenSuspect } from './operations/mark-token-suspect.ts';
export { ReplaceToken } from './operations/replace-token.ts';
export { FinishTokenClaim } from './operations/finish-token-claim.ts';
export { FinishMerge } from './operations/finish-merge.ts';
export { CopyUserToInstallations } from './operations/copy-user-to-installations.ts';
export { SweepRegistry, type RegistrySweep } from './operations/sweep-registry.ts';

export { suppressionOf, type Recipient, type RecipientOptions, type RecipientSuppression } from './rules/suppression.ts';
export { reachabilityOf, type InstallationReachability, type ProviderCheck, type Reachability } from './rules/reachability.ts';
export { pushRegisteredFor } from './rules/push-registered-for.ts';
export { provesInstallation, type SecretProof } from './rules/installation-secret.ts';
export { isReservedExternalId } from './rules/external-id.ts';
export type { TagChange } from './rules/tag-set.ts';
export type { UserChange } from './rules/user-change.ts';

export type { TagExpression, TagLeaf } from './audience/tag-expression.ts';
export { TagExpressionInvalid } from './audience/tag-expression-invalid.ts';
export type { TagExpressionOptions } from './audience/tag-expression-limits.ts';
export type { Audience, AudienceMatch, AudiencePreview, AudienceQuery, SelectedInstallation } from './audience/audience-query.ts';
export { parseTagExpression } from './audience/parse-tag-expression.ts';
export type { TagPredicate, Tagged } from './audience/to-predicate.ts';
export { firstFalseLeaf, type FalseLeaf } from './audience/first-false-leaf.ts';

export { mongoRegistry } from './mongo-registry.ts';
export { sqliteRegistry } from './sqlite-registry.ts';
export { registryCollections } from './registry-collections.ts';
export { SqliteInstallationRepository } from './sqlite-installation.repository.ts';
export { SqliteUserRepository } from './sqlite-user.repository.ts';
export { registryMigrations } from './registry.migrations.ts';
