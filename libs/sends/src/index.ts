export { IndexSet } from './index-set.ts';
export { sendsMigrations } from './sends-migrations.ts';
export {
  ACCEPTED,
  FAILED,
  SUPPRESSIONS,
  classOf,
  type FailedOutcome,
  type OutcomeClass,
  type OutcomeCode,
  type Suppression,
} from './outcome-code.ts';
export type { InterruptionLevel, LocalizedTexts, MessageAction, MessageTemplate, RenderedMessage, Variables } from './message.ts';
export * from './send/send.ts';
export { SendReader } from './send/send-reader.ts';
export { SqliteSendReader } from './send/sqlite-send-reader.ts';
export { MUTABLE_SEND_COLUMNS, insertSend, updateSend, type MutableSendRow } from './send/send-row.ts';
export * from './plan/page.ts';
export { PageReader, type PageHeader, type PlanSums } from './plan/page-reader.ts';
export { SqlitePageReader } from './plan/sqlite-page-reader.ts';
export { insertPage } from './plan/page-row.ts';
export { sliceOfSlot, slotsOfSlice, type Slice } from './plan/slice.ts';
export * from './attempt/attempt.ts';
export { AttemptReader } from './attempt/attempt-reader.ts';
export { countsOf, noResult, type BatchResult, type ResultCounts } from './result/batch-result.ts';
export { ResultReader, type ResultSums } from './result/result-reader.ts';
export { ProviderStateReader, type ProviderState } from './provider-state/provider-state.ts';
