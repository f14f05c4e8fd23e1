/** What the provider, or we where none was asked, said of a message. */
export const ACCEPTED = ['accepted', 'token_moved'] as const;

export const FAILED = [
  'token_invalid', 'wrong_sender', 'credentials_bad', 'payload_bad', 'retry_later', 'throttled', 'provider_down', 'expired', 'template_error', 'dead',
] as const; // prettier-ignore

/** Why a message was not sent though its installation was targeted; found at planning or at dispatch. */
export const SUPPRESSIONS = [
  'no_token', 'owner_changed', 'unsubscribed', 'not_foreground', 'channel_muted', 'aborted', 'empty_message', 'provider_unavailable', 'over_limit', 'send_stopped',
  'validation_unavailable', 'quiet_hours', 'frequency_cap', 'no_activity_token', 'not_replaceable', 'no_template',
] as const; // prettier-ignore

export type FailedOutcome = (typeof FAILED)[number];
export type Suppression = (typeof SUPPRESSIONS)[number];
/** The outcome of one message. A message is `skipped` with a Suppression as its reason. */
export type OutcomeCode = (typeof ACCEPTED)[number] | FailedOutcome | 'skipped';

export type OutcomeClass = 'accepted' | 'failed' | 'suppressed';

export function classOf(outcome: OutcomeCode): OutcomeClass {
  if (outcome === 'skipped') return 'suppressed';
  return outcome === 'accepted' || outcome === 'token_moved' ? 'accepted' : 'failed';
}
