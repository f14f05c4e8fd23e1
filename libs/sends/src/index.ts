export { isReservedDataKey } from './provider-words.ts';
export { apnsHeaderProblem, ownPushType } from './overrides/apns-overrides.ts';
export { APNS_PUSH_TYPES, isOfMessage, type ApnsPushType } from './overrides/apns-push-types.ts';
export { isJsonObject, mergeOverrides, objectIn, type JsonObject } from './overrides/merge-overrides.ts';
export { PROVIDER_OVERRIDES, leftBlank } from './overrides/provider-overrides.ts';
export { shownAps } from './overrides/apns-visible.ts';
export { shownFcm } from './overrides/fcm-visible.ts';
export { shownHms } from './overrides/hms-overrides.ts';
export { isBaiduShown } from './overrides/baidu-overrides.ts';
export { isToastShown } from './overrides/wns-overrides.ts';
export { shownWebPush } from './overrides/webpush-overrides.ts';
export { IndexSet } from './index-set.ts';
export { sendsMigrations } from './sends-migrations.ts';
export { sendsCollections } from './sends-collections.ts';
export {
  ACCEPTED,
  FAILED,
  SUPPRESSIONS,
  type FailedOutcome,
  type OutcomeClass,
  type OutcomeCode,
  type Suppression,
  classOf,
} from './outcome-code.ts';
export type {
  InterruptionLevel,
  LocalizedTexts,
  MessageAction,
  MessageSizes,
  MessageTemplate,
  RenderedMessage,
  Variables,
} from './message.ts';
export * from './send/send.ts';
export * from './send/ramp.ts';
export * from './send/uninstall-probe.ts';
export * from './send/shared-address.ts';
export type { PreviewOrder, PreviewResult, SampleFailure, SampleSizes, ShownPreview } from './send/preview.ts';
export type { TrialOrder, TrialRecipient, TrialResult } from './send/trial.ts';
export { SendReader, type SendPosition } from './send/send.store.ts';
export { SqliteSendReader } from './send/send.sqlite.ts';
export { MongoSendReader } from './send/send.mongo.ts';
export { sendTargetsCollection, type SendTargetsDocument } from './send/send-targets-document.ts';
export * from './slice/slice.ts';
export * from './page/page.ts';
export { PageReader } from './page/page.store.ts';
export { SqlitePageReader } from './page/page.sqlite.ts';
export { MongoPageReader } from './page/page.mongo.ts';
export * from './attempt/attempt.ts';
export { AttemptReader } from './attempt/attempt.store.ts';
export { SqliteAttemptReader, attemptMigrations } from './attempt/attempt.sqlite.ts';
export { MongoAttemptReader, attemptCollections } from './attempt/attempt.mongo.ts';
export * from './result/result.ts';
export { ResultReader } from './result/result.store.ts';
export { SqliteResultReader, resultMigrations } from './result/result.sqlite.ts';
export { MongoResultReader, resultCollections } from './result/result.mongo.ts';
export { ProviderStateReader, type ProviderState } from './provider-state/provider-state.ts';
export { SqliteProviderStateReader, providerStateMigrations } from './provider-state/provider-state.sqlite.ts';
export { MongoProviderStateReader, providerStateCollections } from './provider-state/provider-state.mongo.ts';
export * from './conversion/conversion.ts';
export { ConversionReader } from './conversion/conversion.store.ts';
export { SqliteConversionReader, conversionMigrations } from './conversion/conversion.sqlite.ts';
export { MongoConversionReader, conversionCollections } from './conversion/conversion.mongo.ts';
export * from './receipt/receipt.ts';
export { ReceiptReader } from './receipt/receipt.store.ts';
export { SqliteReceiptReader, receiptMigrations } from './receipt/receipt.sqlite.ts';
export { MongoReceiptReader, receiptCollections } from './receipt/receipt.mongo.ts';
export { PlannedMessages, SentMessages } from './sent-messages.ts';
export { EXPLANATION_WORDS, OUTCOME_WORDS, SUPPRESSION_WORDS, sentenceOf } from './outcome-words.ts';
export { ATTEMPT_WORDS, STATE_WORDS, settingOf, type StateReason } from './reason-words.ts';
