import type { Attributes, Subscription } from './installation.ts';

/** A person: known by the app's own id, or anonymous and bound to the installations that made it. */
export interface User {
  readonly app: string;
  readonly userId: string;
  /** The app's id of the person; null while anonymous. Unique in the app. */
  readonly externalId: string | null;
  readonly revision: number;
  readonly subscription: Subscription;
  readonly subscriptionChangedAt: number;
  readonly tags: readonly string[];
  readonly attributes: Attributes;
  readonly createdAt: number;
  /** Set once and for ever when this user turned out to be another one; look-ups follow it. */
  readonly mergedInto: string | null;
}
