export { Clock, SystemClock, isoTime, isoTimeOrNull } from './clock.ts';
export { isJson, isUtf8Text, mediaTypeOf, type MediaType } from './media-type.ts';
export { parseInstant } from './instant.ts';
export type { FrequencyCap } from './frequency-cap.ts';
export { quietUntil, type QuietHours } from './quiet-hours.ts';
export { TIME_ZONES, instantIn, localInstants } from './time-zone.ts';
export { PushError, DependencyUnavailable, StaleRevision } from './push-error.ts';
export { keepJournalWith, note, type Journal, type NoteFacts } from './journal.ts';
export { CursorInvalid } from './push-error.ts';
export { againWhenStale, unlessStale } from './when-stale.ts';
export { PushToken } from './push-token.ts';
export { armCrashPoint, crashOrderOf, crashPoint, CRASH_POINTS, type CrashOrder, type CrashPoint } from './crash-point.ts';
export { currentTraceId, currentTraceparent, withTrace } from './trace.ts';
export {
  SpanRecorder,
  inSpan,
  recordSpansWith,
  recordsSpans,
  sampledSpan,
  startSpan,
  type Span,
  type SpanFacts,
  type SpanStart,
} from './span.ts';
export { messageId, newId, uuid5 } from './ids.ts';
export { SLOTS, compareKeys, installationIdOf, installationKey, murmur3, slotIn, slotOf, slotStart } from './slot.ts';
export { Fingerprinter } from './fingerprint.ts';
export { ErasureKeys, type ErasureKey } from './erasure-keys.ts';
export { RECEIPT_FORM, RECEIPT_LENGTH, ReceiptSigner, type ReceivedMessage, type Receipts } from './receipt-signer.ts';
export { cutLongWords } from './long-words.ts';
export { isDoubtful, tooMuchIn } from './json-shape.ts';
export {
  BUILT_PROVIDERS,
  LANES,
  PROVIDERS,
  canReplace,
  canValidate,
  canWithdraw,
  hasActivities,
  isBuilt,
  type BuiltProvider,
  type Lane,
  type ProviderName,
  type Purpose,
} from './provider.ts';
export { Random, SystemRandom } from './random.ts';
export { BulkTurns, type BulkWork } from './bulk-turns.ts';
export { parseDuration } from './duration.ts';
export { BoundedMap } from './bounded-map.ts';
export { FairLine } from './fair-line.ts';
export { Turns } from './turns.ts';
export { canonicalLocale } from './locale.ts';
export { PrivateAddress, isPublicAddress, lookupOf, publicLookup } from './public-address.ts';
