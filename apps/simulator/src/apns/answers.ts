import { AnswerHeads } from '../wire/answer-heads.ts';
import type { AnswerHead } from '../wire/caller.ts';

/** Every reason of APNs with its status ("Handling notification responses from APNs", and those of broadcast channels). */
const statuses = {
  BadChannelId: 400,
  BadCollapseId: 400,
  BadDeviceToken: 400,
  BadExpirationDate: 400,
  BadMessageId: 400,
  BadPriority: 400,
  BadRequestParams: 400,
  BadRequestPayload: 400,
  BadTopic: 400,
  CannotCreateChannelConfig: 400,
  ChannelNotRegistered: 400,
  DeviceTokenNotForTopic: 400,
  DuplicateHeaders: 400,
  FeatureNotEnabled: 400,
  IdleTimeout: 400,
  InvalidPushType: 400,
  MissingChannelId: 400,
  MissingDeviceToken: 400,
  MissingPushType: 400,
  MissingTopic: 400,
  PayloadEmpty: 400,
  TopicDisallowed: 400,
  BadCertificate: 403,
  BadCertificateEnvironment: 403,
  BadEnvironmentKeyIdInToken: 403,
  ExpiredProviderToken: 403,
  Forbidden: 403,
  InvalidProviderToken: 403,
  MissingProviderToken: 403,
  TopicMismatch: 403,
  UnrelatedKeyIdInToken: 403,
  BadPath: 404,
  MethodNotAllowed: 405,
  ExpiredToken: 410,
  Unregistered: 410,
  PayloadTooLarge: 413,
  TooManyProviderTokenUpdates: 429,
  TooManyRequests: 429,
  InternalServerError: 500,
  ServiceUnavailable: 503,
  Shutdown: 503,
} as const;

export type ApnsReason = keyof typeof statuses;

/** `timestamp` (ms) goes with 410 only: when APNs last knew that the token was invalid. */
export interface ApnsRefusal {
  readonly reason: ApnsReason;
  readonly timestamp?: number;
}

export function statusOf(reason: ApnsReason): number {
  return statuses[reason];
}

/** APNs does not say what its JSON is. */
const heads = new AnswerHeads([]);

export function headOf(reason: ApnsReason): AnswerHead {
  return heads.of(statuses[reason]);
}

export function isApnsReason(text: string): text is ApnsReason {
  return Object.hasOwn(statuses, text);
}
