export { DEFAULT_REGISTRY_SETTINGS, type RegistrySettings } from './registry-settings.ts';
export {
  AliasOfKnownUser,
  AliasTaken,
  AttributeMismatch,
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
  TooManyEventNames,
  TooManyTags,
  UserNotFound,
} from './registry-errors.ts';
export type { AttributeValue, Attributes, InstallationTemplate, Kind } from './field-kinds.ts';
export { fieldsWith, rowOf, shownOf, type Field, type FieldsWith } from './field-table.ts';

export { ChangeInstallationTags } from './installation/change-installation-tags.ts';
export { ChangeUser, DetachUser, type ChangedUser } from './installation/change-user.ts';
export { provesInstallation } from './installation/installation-secret.ts';
export type { UserWish } from './installation/installation-writer.ts';
export { InstallationRepository } from './installation/installation.repository.ts';
export {
  PERMISSIONS,
  PLATFORMS,
  UNKNOWN_FIELDS,
  installationTable,
  type ClearableField,
  type Environment,
  type Installation,
  type InstallationFields,
  type Permission,
  type Platform,
  type SaidField,
} from './installation/installation.ts';
export {
  RegisterInstallation,
  StartSession,
  type RegisterInstallationCommand,
  type RegisteredInstallation,
} from './installation/register-installation.ts';
export { RecipientColumns, type RecipientExtra, type RecipientInstallation } from './installation/recipient-columns.ts';
export { RemoveInstallation } from './installation/remove-installation.ts';
export { SqliteInstallationRepository } from './installation/sqlite-installation.repository.ts';

export { nestedAttributes, type AttributeChange, type AttributeChanges } from './user/attribute-changes.ts';
export { ChangeAliases } from './user/alias-changes.ts';
export { isReservedExternalId } from './user/external-id.ts';
export { FindOrMakeUser, type UserName } from './user/find-or-make-user.ts';
export { FindUser, type FoundUser } from './user/find-user.ts';
export { FinishMerge } from './user/finish-merge.ts';
export {
  pushRegisteredFor,
  reachabilityOf,
  suppressionOf,
  type Reachability,
  type Recipient,
  type RecipientOptions,
} from './user/reachability.ts';
export { IdentifyUser } from './user/merge-users.ts';
export { TrackUser, type Announcement, type TrackedChange } from './user/track-user.ts';
export { SqliteUserRepository } from './user/sqlite-user.repository.ts';
export { ChangeUserTags, CopyUserToInstallations, UpdateUser, type UpdateUserOptions } from './user/update-user.ts';
export { UserRepository } from './user/user.repository.ts';
export { SUBSCRIPTIONS, userTable, type Subscription, type User, type UserChange } from './user/user.ts';

export { FinishTokenClaim } from './token/finish-token-claim.ts';
export { NoteDroppedMessages } from './token/note-dropped-messages.ts';
export {
  CorrectEnvironment,
  DROPPED_FOR_30_DAYS,
  MarkOptedOut,
  MarkTokenSuspect,
  PurgeToken,
  ReplaceToken,
  saysUninstalled,
} from './token/purge-token.ts';
export type { PurgeCondition } from './token/token.ts';

export { AliasRepository, type Alias } from './alias/alias.repository.ts';
export { EngagementRepository } from './engagement/engagement.repository.ts';
export { engagementsOf, type EngagementOfDevice } from './engagement/engagement.ts';
export { BehaviourRepository } from './behaviour/behaviour.repository.ts';
export { MAX_EVENT_AGE_MS, MAX_EVENT_LEAD_MS, type EventRollup, type TrackedEvent, type UserEvents } from './behaviour/behaviour.ts';
export { CarryOutMerges, resumedAt } from './operation/carry-out-merges.ts';
export { OperationRepository } from './operation/operation.repository.ts';
export type { MergePair, Operation } from './operation/operation.ts';
export { ACTIVITY_KEPT_MS, type ActivityPlace, type ActivityToken } from './activity/activity-token.ts';
export { ActivityTokens } from './activity/activity-tokens.ts';
export { SqliteActivityTokens } from './activity/sqlite-activity-tokens.ts';

export { LEDGER_EVENTS, TokenLedger, type LedgerLine, type LedgerPage, type TokenTurn } from './ledger/token-ledger.ts';

export { EXPORT_FORMATS, EXPORT_KINDS, EXPORT_STATES, type ExportJob } from './export/export-job.ts';
export { ExportRepository } from './export/export.repository.ts';
export {
  FIRST_PROBLEMS,
  IMPORT_MODES,
  IMPORT_STATES,
  NO_COUNTS,
  type ImportJob,
  type ImportProblem,
  type ImportedDevice,
  type ImportedItem,
  type ImportedLine,
} from './import/import-job.ts';
export { ImportLines, ImportTakenOver } from './import/import-lines.ts';
export { ImportRepository, type ProblemPlace } from './import/import.repository.ts';

export { FrequencyMarks } from './frequency/frequency-marks.ts';
export { SqliteFrequencyMarks } from './frequency/sqlite-frequency-marks.ts';
export { MongoFrequencyMarks } from './frequency/mongo-frequency-marks.ts';
export {
  brokenCap,
  deviceKey,
  marked,
  newRecord,
  personKey,
  type CapVerdict,
  type CappedSend,
  type FrequencyMark,
  type FrequencyRecord,
} from './frequency/frequency-mark.ts';
export { filterOf, type Audience, type AudiencePreview, type SelectedInstallation } from './audience/audience.ts';
export {
  DEVICE_FIELDS,
  FILTER_OPERATORS,
  USER_FIELDS,
  filterPredicate,
  firstFalseIn,
  valueHolds,
  type Comparison,
  type DeviceField,
  type Filter,
  type FilterLeaf,
  type FilterOperator,
  type FilterValue,
  type UserField,
  type UserShare,
} from './audience/filter.ts';
export { filteredInstallations } from './audience/filtered-installations.ts';
export { parseTagExpression } from './audience/parse-tag-expression.ts';
export { TagExpressionInvalid, type TagExpression } from './audience/tag-expression.ts';
export { firstFalseLeaf } from './audience/tag-predicate.ts';
export type { TagChange } from './audience/tag-set.ts';

export { BeginErasure } from './erasure/begin-erasure.ts';
export { CarryOutErasures, type PersonEraser } from './erasure/carry-out-erasures.ts';
export { EraseUser } from './erasure/erase-user.ts';
export { erasureParts } from './erasure/erasure-parts.ts';
export type { ErasedPerson } from './erasure/erased-person.ts';
export { ErasureRepository } from './erasure/erasure.repository.ts';
export { receiptOf, type Erasure } from './erasure/erasure.ts';
export { recordsEraser, registryErasers } from './erasure/person-erasers.ts';
export { PersonalRecords, type AppStore } from './erasure/personal-records.ts';
export { personalRecordsIn } from './erasure/mongo-personal-records.ts';

export { mongoRegistry, registryCollections } from './mongo-registry.ts';
export { registryMigrations } from './registry.migrations.ts';
export { sqliteRegistry } from './sqlite-registry.ts';
export { SweepRegistry } from './sweep-registry.ts';
