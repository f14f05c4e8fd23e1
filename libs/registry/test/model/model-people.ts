import type { RegistrySettings } from '../../src/registry-settings.ts';
import { userOf, type ModelDevice, type ModelState, type ModelUser } from './model-state.ts';
import type { Answer, Step } from './step.ts';

export interface Claimed {
  /** Null: nobody known. */
  readonly externalId: string | null;
  readonly verified: boolean;
}

/** R3, R4, R6, R22 to R31: whose the device is from now on. Answers whether that is new. */
export function own(
  state: ModelState,
  device: ModelDevice,
  { externalId, verified }: Claimed,
  settings: RegistrySettings,
  now: number,
): boolean {
  const owner = getUser(state, device.user);
  if (owner.externalId === externalId) {
    device.verified ||= verified;
    return false;
  }
  if (owner.externalId === null) recognise(state, device.user, externalId ?? '');
  else {
    device.user = externalId === null ? newUser(state, null) : named(state, externalId);
    device.epoch += 1;
    device.sessionAt = now;
    if (settings.onUserChange === 'clear') device.tags = []; // R22a
  }
  device.verified = verified;
  return true;
}

/** R30, R31: the same person, so neither the epoch nor the tags of the device change. */
function recognise(state: ModelState, anonymous: number, externalId: string): void {
  const known = userOf(state, externalId);
  if (known === undefined) {
    getUser(state, anonymous).externalId = externalId;
    return;
  }
  for (const device of state.devices.values()) if (device.user === anonymous) device.user = known;
  state.users.delete(anonymous);
}

/** R37: the person's, whatever the device. */
export function changeUserData(state: ModelState, step: Extract<Step, { kind: 'subscribe' | 'userTags' }>): Answer {
  const known = userOf(state, step.user);
  if (known === undefined && !(step.kind === 'subscribe' && step.create)) return 'user_not_found';
  const user = getUser(state, known ?? newUser(state, step.user));
  if (step.kind === 'subscribe') user.subscription = step.subscription;
  else user.tags = changedTags(user.tags, step);
  return 'done';
}

/** R36, R38: nothing else than this and the person's own word changes a subscription. */
export function optIn(user: ModelUser, { optInWhenAuthorized, optInOverridesUnsubscribe }: RegistrySettings): void {
  if (optInWhenAuthorized && (user.subscription !== 'unsubscribed' || optInOverridesUnsubscribe)) user.subscription = 'opted_in';
}

/** The person with this id, made if nobody has it. */
export function named(state: ModelState, externalId: string): number {
  return userOf(state, externalId) ?? newUser(state, externalId);
}

/** R35. */
export function newUser(state: ModelState, externalId: string | null): number {
  const number = state.nextUser;
  state.nextUser += 1;
  state.users.set(number, { externalId, subscription: 'subscribed', tags: [] });
  return number;
}

export function getUser({ users }: ModelState, number: number): ModelUser {
  const user = users.get(number);
  if (!user) throw new Error(`The model has lost user ${number}`);
  return user;
}

export function changedTags(
  tags: readonly string[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): string[] {
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])];
}
