export { IndexSet } from './index-set.ts';
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
export * from './plan/page.ts';
export { PageReader, type PageHeader, type PlanSums } from './plan/page-reader.ts';
export type { Slice } from './plan/slice.ts';
export * from './attempt/attempt.ts';
export { AttemptReader } from './attempt/attempt-reader.ts';
export type { BatchResult } from './result/batch-result.ts';
export { ResultReader, type ResultSums } from './result/result-reader.ts';
export { ProviderStateReader, type ProviderState } from './provider-state/provider-state.ts';
