export { Clock, SystemClock, isoTime } from './clock.ts';
export { PushError, DependencyUnavailable, StaleRevision } from './push-error.ts';
export { PushToken } from './push-token.ts';
export { currentTraceId, currentTraceparent, withTrace } from './trace.ts';
export { messageId, newId, uuid5 } from './ids.ts';
export { SLOTS, installationIdOf, installationKey, murmur3, slotOf, slotStart } from './slot.ts';
export { Fingerprinter } from './fingerprint.ts';
export { BUILT_PROVIDERS, LANES, PROVIDERS, type Lane, type ProviderName, type Purpose } from './provider.ts';
export { Random, SystemRandom } from './random.ts';
