import type { Behaviour } from '../faults/behaviour.ts';
import {
  apnsRefused,
  internal,
  payloadInvalidArgument,
  permissionDenied,
  quotaExceeded,
  senderIdMismatch,
  thirdPartyAuthError,
  tokenInvalidArgument,
  unauthenticated,
  unavailable,
  unregistered,
  unspecified,
  type FcmError,
} from './errors.ts';

const named: Readonly<Record<string, () => FcmError>> = {
  INVALID_ARGUMENT: tokenInvalidArgument,
  INVALID_ARGUMENT_PAYLOAD: () => payloadInvalidArgument([{ field: 'message.data[0].value', description: 'Invalid value' }], 'fcm'),
  INVALID_ARGUMENT_TOKEN_FIELD: () =>
    payloadInvalidArgument([{ field: 'message.token', description: 'Invalid registration token' }], 'fcm'),
  UNAUTHENTICATED: () => unauthenticated(),
  THIRD_PARTY_AUTH_ERROR: thirdPartyAuthError,
  PERMISSION_DENIED: () => permissionDenied('simulated'),
  SENDER_ID_MISMATCH: senderIdMismatch,
  UNREGISTERED: unregistered,
  QUOTA_EXCEEDED: () => quotaExceeded('project', 1),
  UNAVAILABLE: () => unavailable(1),
  INTERNAL: internal,
  UNSPECIFIED_ERROR: unspecified,
  APNS_UNREGISTERED: () => apnsRefused(410, 'Unregistered'),
  APNS_BAD_DEVICE_TOKEN: () => apnsRefused(400, 'BadDeviceToken'),
  APNS_PAYLOAD_TOO_LARGE: () => apnsRefused(413, 'PayloadTooLarge'),
  APNS_BAD_TOPIC: () => apnsRefused(400, 'BadTopic'),
};

/** The names that `answer:NAME` may give for FCM. */
export const FCM_ANSWERS = Object.keys(named);

/** What FCM says to a token with this fault; undefined when it accepts the message. FCM never names a newer token. */
export function errorOf(behaviour: Behaviour): FcmError | undefined {
  switch (behaviour.kind) {
    case 'invalid':
    case 'invalid_since':
    case 'moved':
      return unregistered();
    case 'wrong_sender':
      return senderIdMismatch();
    case 'throttled':
      return quotaExceeded('device', behaviour.afterSeconds);
    case 'unavailable':
      return unavailable(behaviour.afterSeconds);
    case 'goaway':
    case 'goaway_error':
      return unavailable(1);
    case 'answer':
      return named[behaviour.name]?.();
    case 'ok':
    case 'slow':
    case 'reset':
    case 'reset_after_body':
      return undefined;
  }
}
