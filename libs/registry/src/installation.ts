import type { ProviderName, PushToken } from '#libs/kernel';

export const PLATFORMS = [
  'ios', 'ipados', 'macos', 'tvos', 'watchos', 'visionos', 'android', 'windows', 'web', 'fireos', 'kindle', 'harmonyos',
] as const; // prettier-ignore
export type Platform = (typeof PLATFORMS)[number];

export const PERMISSIONS = ['granted', 'provisional', 'denied', 'not_asked'] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const SUBSCRIPTIONS = ['subscribed', 'opted_in', 'unsubscribed'] as const;
export type Subscription = (typeof SUBSCRIPTIONS)[number];

export type Environment = 'production' | 'sandbox';

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

/** One app on one device. Every instant is in ms since 1970; `null` means "not known". The record of registration-rules, and what keeps it true. */
export interface Installation {
  /** `app:slot:id`; never changes. */
  readonly key: string;
  readonly app: string;
  readonly id: string;
  /** 1 for the first state; one more with every write; goes on over a deletion. */
  readonly revision: number;
  /** A deleted installation: no token, user, tags or attributes; kept for 7 days so that a re-creation goes on from its revision. */
  readonly deletedAt: number | null;

  /** Empty on a tombstone. */
  readonly userId: string;
  readonly externalId: string | null;
  /** Raised by a change between two known users and by a detach: what was planned for the old owner is not sent to the new one. */
  readonly ownerEpoch: number;
  /** The user was named by a signed token or by a server key, not by the app's word alone. */
  readonly userVerified: boolean;
  /** The revision of the user that the copies below were taken from. */
  readonly userRevision: number;
  readonly subscription: Subscription;
  readonly userTags: readonly string[];
  readonly userAttributes: Attributes;

  readonly platform: Platform;
  readonly provider: ProviderName;
  readonly environment: Environment;
  readonly bundleId: string | null;

  readonly token: PushToken | null;
  readonly tokenFingerprint: string | null;
  readonly tokenRegisteredAt: number | null;
  /** Moves whenever an SDK shows this very token; purges compare with it. */
  readonly tokenConfirmedAt: number | null;
  /** The token came from a server (import or PUT) and no SDK has confirmed it since. */
  readonly tokenImported: boolean;
  /** The provider's reason, after a wrong-sender answer; cleared by the next confirmation. */
  readonly tokenSuspect: string | null;
  /** Why the installation has no token any more: the provider's reason, or `superseded`, `cleared`, `provider_changed`. */
  readonly tokenLostReason: string | null;
  readonly tokenLostAt: number | null;
  readonly claim: TokenClaim | null;

  readonly permission: Permission;
  readonly notificationsEnabled: boolean;
  /** When either of the two last changed. */
  readonly permissionChangedAt: number;
  readonly mutedChannels: readonly string[];
  readonly tags: readonly string[];
  readonly attributes: Attributes;

  readonly appVersion: string | null;
  readonly sdkVersion: string | null;
  readonly osVersion: string | null;
  readonly model: string | null;
  readonly manufacturer: string | null;
  readonly locale: string | null;
  /** The first subtag of `locale`, lower case; from `locale` unless given. */
  readonly language: string | null;
  readonly country: string | null;
  readonly carrier: string | null;
  readonly timeZone: string | null;
  readonly screenSize: string | null;
  readonly location: { readonly lat: number; readonly lon: number } | null;

  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly sessionStartedAt: number;
  readonly expiresAt: number | null;
  /** SHA-256 of the installation secret, hex; null until an SDK has been given one. */
  readonly secretHash: string | null;
  /** `at` of the last ledger line; the next one is later. */
  readonly ledgerAt: number;
}
