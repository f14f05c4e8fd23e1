import type { PushToken } from '#libs/kernel';

/** What a push token of a Live Activity is for: to start any activity of a type on the device (`start:TYPE`), or to update the one that the app calls so (`activity:ID`). */
export type ActivityPlace = `start:${string}` | `activity:${string}`;

/** A push token that iOS gives an app for its Live Activities, beside the device's own. Instants in ms. */
export interface ActivityToken {
  readonly app: string;
  readonly installationId: string;
  readonly place: ActivityPlace;
  readonly token: PushToken;
  readonly fingerprint: string;
  /** Of the installation when the token came: an activity is not shown to whoever signs in later. */
  readonly ownerEpoch: number;
  readonly registeredAt: number;
  /** Null: as long as the installation. */
  readonly expiresAt: number | null;
}

/** Activities last 8 hours and are shown for 4 more; the rest is for clocks. */
export const ACTIVITY_KEPT_MS = 24 * 3_600_000;
/** An installation's newest; iOS allows far fewer at a time. */
export const MAX_ACTIVITY_TOKENS = 50;
