/** What we say of an attempt where the provider has no word of its own, or is not asked. */
export const ATTEMPT_WORDS = {
  access_token_refused: 'The provider did not take the access token that it had given us; another one is fetched.',
  bad_request: 'The provider could not read the request.',
  bundle_not_configured: 'The credential is not for the bundle id of this installation.',
  busy: 'No connection was free in time.',
  canonical_registration: 'The provider named a newer id for the same device.',
  channel_expired: 'The channel is older than Windows keeps one.',
  channel_of_another_app: 'The channel belongs to another app than the credential.',
  channel_unknown: 'Windows does not know the channel any more.',
  channelthrottled: 'Windows limits what one channel gets.',
  closing: 'The process was ending.',
  connect_failed: 'No connection to the provider came about.',
  credentials_missing: 'The app has no credential for this provider.',
  credentials_unreadable: 'The stored credential cannot be opened or read.',
  disconnected: 'The device was not connected; Windows keeps the message for it.',
  domain_blocked: 'The provider has blocked this sender.',
  draining: 'The process was ending.',
  dropped: 'Windows took the message and dropped it.',
  environment_unclear: 'The other environment of the provider could not be asked.',
  internal_fault: 'An error of ours, which the log has by its trace.',
  key_cannot_sign: 'The private key of the credential cannot sign.',
  kind_needs_package_sid: 'Tiles and badges need a credential with a package SID.',
  malformed_token: 'The push token has a form that no token of this provider has.',
  method_not_allowed: 'The provider does not take this kind of request.',
  no_answer: 'No answer came in time: the provider may have taken it.',
  no_code: 'The provider’s answer had no code: it may have taken it.',
  no_message_id: 'The provider’s answer had no id: it may have taken it.',
  no_message_name: 'The provider’s answer named no message: it may have taken it.',
  no_result: 'The provider’s answer said nothing of this message.',
  override_header_refused: 'A header that the message sets for this provider cannot be sent.',
  partial_answer_unreadable: 'The provider took some of a batch and did not say which.',
  payload_too_large: 'The rendered message is larger than the provider takes.',
  precondition_failed: 'The provider refused the request for a state of its own.',
  push_service_paused: 'The push service of this browser asked to be left alone for a while.',
  push_type_needs_key: 'Pushes of this type need a credential with a key; the app has a certificate.',
  push_type_not_for_token: 'The message is of a push type that this kind of token does not take.',
  reserved_data_key: 'The data has a key that the provider, or we, need.',
  service_unavailable: 'The provider could not serve us.',
  simulator_not_running: 'The credential is simulated, and no simulator runs.',
  throttle_limit: 'The provider limits this sender.',
  token_endpoint_unreachable: 'The provider’s access tokens could not be fetched.',
  unreachable: 'The provider could not be reached.',
  validated: 'The provider looked at the message, as asked, and delivered nothing.',
  vapid_key_unknown: 'The browser subscribed with a VAPID key that the app does not have any more.',
} as const;

/** Why a send is in its state, or came to nobody. A send that was kept for later and cannot be made has the code of the error instead (docs/errors.md). */
export const STATE_WORDS = {
  audience_too_large: 'The send would have reached more than `maxRecipients`, and reached nobody.',
  campaign_stopped: 'Its campaign was stopped.',
  canary_failed: 'Most of its first messages found the same fault; the rest waits until somebody resumes or stops it.',
  cancelled: 'It was cancelled by its cancel key.',
  expired: 'Its time to live was over before it could begin.',
  installations_unknown: 'None of the installations named is registered.',
  no_installations: 'The app has no installation.',
  nobody_matches: 'No installation matched its target.',
  restored: 'The platform was started from a backup; it waits until somebody resumes or stops it.',
  stopped_by_request: 'Somebody stopped it.',
  tokens_unknown: 'No installation holds any of the tokens named.',
  users_unknown: 'The app has no user of the ids named.',
} as const;
export type StateReason = keyof typeof STATE_WORDS;

const settings: Readonly<Record<string, string>> = {
  audience_too_large: '`maxRecipients` of the campaign or `options.maxRecipients` of the send',
  canary_failed: 'setting `CANARY_MESSAGES`',
  channel_muted: '`message.androidChannel`, or the person’s own choice on the device',
  credentials_missing: '`PUT …/credentials/{provider}`',
  credentials_refused: '`PUT …/credentials/{provider}`',
  expired: '`options.ttl` of the send',
  first_seen_after_send: 'none: whoever comes later gets later sends',
  held: '`POST /v1/system/release`',
  no_token: 'none: the app has to register its push token',
  not_addressed: '`to` of the send',
  not_foreground: 'the device’s own permission for notifications; silent messages need none',
  over_limit: '`options.maxRecipients` of the send',
  paused: '`POST …/sends/{id}/resume`',
  payload_too_large: '`message`: a shorter text, fewer data',
  provider_paused: '`POST …/providers/{provider}/resume`',
  provider_unavailable: '`PUT …/credentials/{provider}`',
  quiet_hours: '`settings.quietHours` of the app, or `quietHours` of the campaign in their place',
  retention: 'setting `SEND_RETENTION_DAYS`',
  unsubscribed: '`options.subscription` of the send, or the person’s own subscription',
  until_quiet_hours_end: '`settings.quietHours` of the app, or `quietHours` of the campaign in their place',
  validation_unavailable: '`options.validateOnly` of the send',
};

/** What to change so that a reason does not apply the next time; null where no setting does that. */
export function settingOf(reason: string | null): string | null {
  if (reason === null) return null;
  if (/^(filter|lacks|has) /.test(reason) || reason === 'nobody_matches') return '`to` of the send, or the audience that it names';
  return settings[reason] ?? null;
}
