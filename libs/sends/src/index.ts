export { isReservedDataKey } from './provider-words.ts';
export { apnsHeaderProblem } from './overrides/apns-overrides.ts';
export { isJsonObject, mergeOverrides, type JsonObject } from './overrides/merge-overrides.ts';
export { PROVIDER_OVERRIDES, leftBlank } from './overrides/provider-overrides.ts';
export { shownAps } from './overrides/apns-visible.ts';
export { shownFcm } from './overrides/fcm-visible.ts';
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
} from './outcome-code.ts';
export type { InterruptionLevel, LocalizedTexts, MessageAction, MessageTemplate, RenderedMessage, Variables } from './message.ts';
export * from './send/send.ts';
export { sendChannel } from './send/send-channel.ts';
export { SendReader } from './send/send-reader.ts';
export { SqliteSendReader } from './send/sqlite-send-reader.ts';
export { MUTABLE_SEND_COLUMNS, insertSend, updateSend, type MutableSendRow } from './send/send-row.ts';
export { MongoSendReader } from './send/mongo-send-reader.ts';
export { MUTABLE_SEND_FIELDS, sendCollection, sendDocumentOf, sendUpdateOf, type SendDocument } from './send/send-document.ts';
export { sendTargetsCollection, type SendTargetsDocument } from './send/send-targets-document.ts';
export * from './plan/page.ts';
export { PageReader, type PageHeader, type PlanSums } from './plan/page-reader.ts';
export { SqlitePageReader } from './plan/sqlite-page-reader.ts';
export { insertPage, lastPageHeader } from './plan/page-row.ts';
export { MongoPageReader } from './plan/mongo-page-reader.ts';
export { PAGE_HEADER_FIELDS, headerFromDocument, pageCollection, pageDocumentOf, type PageDocument } from './plan/page-document.ts';
export { sliceCollection, sliceDocumentOf, sliceFromDocument, type SliceDocument } from './plan/slice-document.ts';
export { sliceOfSlot, slotsOfSlice, type Slice } from './plan/slice.ts';
export * from './attempt/attempt.ts';
export { AttemptReader } from './attempt/attempt-reader.ts';
export { SqliteAttemptReader } from './attempt/sqlite-attempt-reader.ts';
export { MongoAttemptReader } from './attempt/mongo-attempt-reader.ts';
export {
  attemptCollection,
  attemptCollections,
  attemptDocumentOf,
  attemptFromDocument,
  attemptUpdateOf,
  type AttemptDocument,
} from './attempt/attempt-document.ts';
export { attemptMigrations } from './attempt/attempt-migrations.ts';
export { attemptOf, attemptRow, type AttemptRow } from './attempt/attempt-row.ts';
export { countsOf, noResult, type BatchResult, type ResultCounts } from './result/batch-result.ts';
export { ResultReader, type ResultSums } from './result/result-reader.ts';
export { ProviderStateReader, type ProviderState } from './provider-state/provider-state.ts';
export { SqliteProviderStateReader } from './provider-state/sqlite-provider-state-reader.ts';
export { providerStateMigrations } from './provider-state/provider-state-migrations.ts';
export { MongoResultReader } from './result/mongo-result-reader.ts';
export {
  resultCollection,
  resultCollections,
  resultDocumentOf,
  resultFromDocument,
  resultUpdateOf,
  type ResultDocument,
} from './result/result-document.ts';
export { MongoProviderStateReader } from './provider-state/mongo-provider-state-reader.ts';
export { providerStateCollection, providerStateCollections, type ProviderStateDocument } from './provider-state/provider-state-document.ts';
export { SqliteResultReader } from './result/sqlite-result-reader.ts';
export { resultMigrations } from './result/result-migrations.ts';
export { resultOf, resultRow } from './result/result-row.ts';
export { NO_RECEIPTS, RECEIPT_KINDS, type Receipt, type ReceiptCounts, type ReceiptKind } from './receipt/receipt.ts';
export { ReceiptReader } from './receipt/receipt-reader.ts';
export { SqliteReceiptReader } from './receipt/sqlite-receipt-reader.ts';
export { receiptMigrations } from './receipt/receipt-migrations.ts';
export { MongoReceiptReader } from './receipt/mongo-receipt-reader.ts';
export { receiptCollection, receiptCollections, receiptIdOf, type ReceiptDocument } from './receipt/receipt-document.ts';
export type { Answers, PurgeTally } from './result/purge-tally.ts';
export { EXPLANATION_WORDS, OUTCOME_WORDS, SUPPRESSION_WORDS, sentenceOf } from './outcome-words.ts';
