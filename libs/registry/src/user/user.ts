import {
  eventOf,
  userAttributesChangedV1,
  userMergedV1,
  userSubscriptionChangedV1,
  type DomainEvent,
  type EventContract,
} from '#libs/events';
import { newId, uuid5 } from '#libs/kernel';
import type { z } from 'zod';
import { tagSet } from '../audience/tag-set.ts';
import { attributes, flag, instant, number, oneOf, text, texts, type Attributes } from '../field-kinds.ts';
import { known, nullable, type RecordOf } from '../field-table.ts';
import { REGISTRY_SOURCE } from '../registry-settings.ts';
import { changedAttributes, missingAttributes, type AttributeChanges } from './attribute-changes.ts';

export const SUBSCRIPTIONS = ['subscribed', 'opted_in', 'unsubscribed'] as const;
export type Subscription = (typeof SUBSCRIPTIONS)[number];

/** Every field of a user, once; what `installationTable` is for installations. */
export const userTable = {
  app: known(text, { column: 'app', ownField: true }),
  userId: known(text, { column: 'user_id', ownField: true, shown: true }),
  /** The app's id of the person; null while anonymous. Unique in the app. */
  externalId: nullable(text, { column: 'external_id', ownField: true, shown: true }),
  revision: known(number, { column: 'revision', ownField: true }),
  subscription: known(oneOf(SUBSCRIPTIONS), { column: 'subscription', ownField: true, shown: true }),
  subscriptionChangedAt: known(instant, { column: 'subscription_changed_at', ownField: true }),
  tags: known(texts, { column: 'tags', ownField: true, shown: true }),
  attributes: known(attributes, { column: 'attributes', ownField: true, shown: true }),
  createdAt: known(instant, { column: 'created_at', ownField: true }),
  /** Set once and for ever when this user turned out to be another one; look-ups follow it. */
  mergedInto: nullable(text, { column: 'merged_into', ownField: true }),
  /** It has been given an alias: known by that, it is not forgotten for having no installation. */
  aliased: known(flag, { unknown: false, column: 'aliased', ownField: true }),
} as const;

/** A person: known by the app's own id, or anonymous and bound to the installations that made it. Its fields are the rows of `userTable`. */
export type User = RecordOf<typeof userTable>;

export interface UserChange {
  readonly subscription?: Subscription;
  /** Replaces the whole set; null clears it. */
  readonly tags?: readonly string[] | null;
  /** Changes the names given; `attributes: null` removes all. */
  readonly attributes?: AttributeChanges | null;
}

export interface ChangedUserState {
  readonly user: User;
  readonly events: readonly DomainEvent[];
}

/** A user nobody has yet: `subscribed` unless the prompt was granted just now (R35, R36). */
export function newUser(app: string, externalId: string | null, subscription: Subscription, now: number): User {
  return {
    app,
    userId: newId(),
    externalId,
    revision: 1,
    subscription,
    subscriptionChangedAt: now,
    tags: [],
    attributes: {},
    createdAt: now,
    mergedInto: null,
    aliased: false,
  };
}

/** The first state of a user, with what is said of a wish that is other than that of new users. */
export function firstState(user: User, now: number): ChangedUserState {
  const { subscription } = user;
  const isUsual = subscription === 'subscribed';
  return { user, events: isUsual ? [] : [say(user, userSubscriptionChangedV1, { ...factsOf(user), subscription }, now)] };
}

/** The user with a change applied (R37: the last one wins); undefined where nothing would be different. Throws TooManyTags, TagInvalid, TooManyAttributes, AttributeMismatch. */
export function changeOf(user: User, change: UserChange, maxTags: number, now: number): ChangedUserState | undefined {
  const subscription = change.subscription ?? user.subscription;
  const tags = change.tags === undefined ? user.tags : tagSet(change.tags ?? [], maxTags);
  const attributes = change.attributes === undefined ? user.attributes : patched(user.attributes, change.attributes);
  const isOther = subscription !== user.subscription;
  const isFilled = !isSame(tags, user.tags) || !isSame(attributes, user.attributes);
  if (!isOther && !isFilled) return undefined;

  const subscriptionChangedAt = isOther ? now : user.subscriptionChangedAt;
  const next = { ...user, revision: user.revision + 1, subscription, subscriptionChangedAt, tags, attributes };
  const events: DomainEvent[] = [];
  if (isOther) events.push(say(next, userSubscriptionChangedV1, { ...factsOf(next), subscription }, now));
  const changed = isFilled ? namesOfChanged(user.attributes, attributes) : [];
  if (isFilled) events.push(say(next, userAttributesChangedV1, { ...factsOf(next), ...(changed.length > 0 && { changed }) }, now));
  return { user: next, events };
}

/** R30: the same person, known from here on. */
export function identifiedAs(user: User, externalId: string, now: number): ChangedUserState {
  const next = { ...user, externalId, revision: user.revision + 1 };
  return { user: next, events: [say(next, userAttributesChangedV1, factsOf(next), now)] };
}

/** R31: final. Attributes that the app does not want merged (R32) go here; what is left is what `filledFrom` moves. */
export function mergedInto(user: User, target: User, mergesAttributes: boolean, now: number): ChangedUserState {
  const attributes = mergesAttributes ? user.attributes : {};
  const next = { ...user, mergedInto: target.userId, attributes, revision: user.revision + 1 };
  const { app, userId, revision } = next;
  return { user: next, events: [say(next, userMergedV1, { app, userId, intoUserId: target.userId, revision }, now)] };
}

/** R32: what a merged user still has fills only what the other one lacks. */
export function filledFrom(user: User, merged: User): UserChange {
  const attributes = missingAttributes(user.attributes, merged.attributes);
  return user.tags.length === 0 ? { tags: merged.tags, attributes } : { attributes };
}

function namesOfChanged(before: Attributes, after: Attributes): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !isSame(before[name], after[name]));
}

function patched(attributes: Attributes, patch: NonNullable<UserChange['attributes']> | null): Attributes {
  return patch === null ? {} : changedAttributes(attributes, patch);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function factsOf({ app, userId, externalId, revision }: User) {
  return { app, userId, externalId, revision };
}

function say<S extends z.ZodType>(
  { app, userId, revision }: User,
  contract: EventContract<S>,
  data: z.output<S>,
  now: number,
): DomainEvent {
  return eventOf(contract, data, { id: uuid5('user', app, userId, String(revision), contract.type), source: REGISTRY_SOURCE, at: now });
}
