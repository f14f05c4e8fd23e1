import type { FailedOutcome, OutcomeCode, Suppression } from './outcome-code.ts';
import { ATTEMPT_WORDS, STATE_WORDS } from './reason-words.ts';

/** What each outcome means, for people: the API's explanations, the page and docs/errors.md have it from here. */
export const OUTCOME_WORDS: Readonly<Record<OutcomeCode, string>> = {
  accepted: 'The provider took the message. Not yet proof that the device received it: that is the device’s word, a receipt.',
  token_moved: 'Accepted, and the provider named a newer address, or took it in its other environment; the installation is set right.',
  token_invalid: 'The provider calls the push token dead or malformed; it is purged if nothing newer confirmed it.',
  wrong_sender: 'The token is alive but belongs to other credentials, another app or environment; it is marked suspect and kept.',
  credentials_bad: 'The provider refuses our credential; tokens are kept, and sending by it pauses.',
  payload_bad: 'The message can never be sent as it is built: too large, or with a field the provider refuses.',
  retry_later: 'A passing fault, or no answer at all; this is the last word once tries or time are over.',
  throttled: 'The provider limits the device or the credential; this is the last word once tries or time are over.',
  provider_down: 'The provider could not serve us; this is the last word once tries or time are over.',
  expired: 'The time to live ended before the message could be sent.',
  template_error: 'The message could not be rendered for this recipient, such as by a value that is missing and has no default.',
  dead: 'The event that carried the message became a dead letter; replaying it opens the message again.',
  skipped: 'Not sent, for a reason of ours.',
} satisfies Record<FailedOutcome | 'accepted' | 'token_moved' | 'skipped', string>;

/** Why a targeted message was not sent. */
export const SUPPRESSION_WORDS: Readonly<Record<Suppression, string>> = {
  no_token: 'The installation has no push token.',
  owner_changed: 'The installation belongs to another person than the one the message was planned for.',
  unsubscribed: 'The user’s subscription does not allow it: unsubscribed, or not `opted_in` where the send asks for that.',
  not_foreground: 'The installation may not show notifications, and the message is not silent.',
  channel_muted: 'The person switched off the Android channel that the message names (`androidChannel`).',
  aborted: 'The template said so with `{% abort %}`.',
  empty_message: 'Title and body both came out empty for this recipient.',
  provider_unavailable: 'The provider is not built into this version, or the app has no credential for it.',
  over_limit: 'The send had reached `maxRecipients`.',
  validation_unavailable: 'The send is `validateOnly`, and the provider delivers whatever it is given.',
  quiet_hours: 'Quiet hours of the app or campaign lay around its time where the installation is, and drop what they meet.',
  frequency_cap: 'The person, or the device, has had as much marketing as a frequency cap of the app allows.',
  not_replaceable: 'The send takes back an earlier one, and the provider has no way to replace or withdraw a message of it on this device.',
  no_activity_token: 'The installation has registered no token for this Live Activity, or none to start activities of this type.',
  no_template: 'The installation has no template of the name that the message asks for (`installationTemplate`).',
  send_stopped: 'The send was stopped, or failed, before this message went out.',
};

/** Reasons that stand in explanations alone. */
export const EXPLANATION_WORDS = {
  dry_run: 'A dry run sends nothing.',
  not_tried_yet: 'It is planned, and its turn has not come.',
  rate: 'It waits for its turn: the provider limits how much it takes.',
  held: 'An operator holds everything; it waits until somebody releases it, as long as it has not expired.',
  provider_paused: 'An operator has paused the provider; it waits until somebody resumes it, as long as it has not expired.',
  until_quiet_hours_end: 'Quiet hours hold it where the installation is; it goes when they end, as long as it has not expired.',
  canary: 'The first messages of the send to this provider are out, and their answers are waited for, five seconds at most.',
  paused: 'The send is paused; it waits until somebody resumes it, as long as it has not expired.',
  provider_down: 'The provider is down and left alone; it is tried again by itself.',
  retry_budget: 'Messages that are tried again may be a tenth of what goes to a provider; it waits for its turn.',
  credentials_refused: 'The provider refuses the credential; it waits for another one.',
  not_planned_yet: 'Planning has not come to this installation yet.',
  ramp: 'It is in a later step of the ramp of its send, which has not begun.',
  retention: 'Of a send that ended long ago only the sums are kept.',
  not_registered: 'No installation of this id is registered.',
  user_unknown: 'No user of the app has this id.',
  no_installation: 'No installation belongs to this user, nor did one when the send was made.',
  shared_address: 'The send is one message to a topic or condition of FCM, which alone knows who is subscribed.',
  not_addressed: 'The send names its recipients, and this is none of them.',
  first_seen_after_send: 'The installation was first seen after the send was made.',
  matched_only_later: 'The audience did not match when the send was planned; it would today.',
  activity_unknown: 'No installation has registered a token for this Live Activity.',
  users_without_installations: 'None of the users named has an installation.',
} as const;

const otherOutcomes: Readonly<Record<string, string>> = {
  pending: 'It has no last word yet.',
  not_targeted: 'The audience did not match this installation when the send was planned.',
  installation_unknown: EXPLANATION_WORDS.not_registered,
  user_unknown: EXPLANATION_WORDS.user_unknown,
  forgotten: EXPLANATION_WORDS.retention,
};

/**
 * An outcome and its reason as one or two sentences: ours where the reason is, else what the outcome means and the reason as it was said: a provider's own word,
 * or what an expression needs. Never empty.
 */
export function sentenceOf(outcome: string, reason: string | null): string {
  const ours: Readonly<Record<string, string>> = { ...SUPPRESSION_WORDS, ...EXPLANATION_WORDS };
  const known = reason === null ? undefined : ours[reason];
  if (known !== undefined) return known;
  const states: Readonly<Record<string, string>> = STATE_WORDS;
  if (outcome === 'not_targeted' && reason !== null && states[reason] !== undefined) return states[reason];
  const meaning = (OUTCOME_WORDS as Readonly<Record<string, string>>)[outcome] ?? otherOutcomes[outcome] ?? 'Nothing more is known.';
  if (reason === null || reason === outcome) return meaning;
  return `${meaning} ${(ATTEMPT_WORDS as Readonly<Record<string, string>>)[reason] ?? `Said: ${reason}.`}`;
}
