import type { PushToken } from '#libs/kernel';

export const PLATFORMS = [
  'ios', 'ipados', 'macos', 'tvos', 'watchos', 'visionos', 'android', 'windows', 'web', 'fireos', 'kindle', 'harmonyos',
] as const; // prettier-ignore
export type Platform = (typeof PLATFORMS)[number];

export const PERMISSIONS = ['granted', 'provisional', 'denied', 'not_asked'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const SUBSCRIPTIONS = ['subscribed', 'opted_in', 'unsubscribed'] as const;
export type Subscription = (typeof SUBSCRIPTIONS)[number];

export const ENVIRONMENTS = ['production', 'sandbox'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Dates are RFC 3339 text. */
export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A token that another installation still holds, on its way here (correctness P3). */
export interface TokenClaim {
  readonly token: PushToken;
  readonly fingerprint: string;
  /** The instant the claim competes with, ms; fixed in the claim. */
  readonly at: number;
  /** It was shown by a server, not by the installation's SDK. */
  readonly imported: boolean;
}
