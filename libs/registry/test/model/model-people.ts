import type { RegistrySettings } from '../../src/registry-settings.ts';
import { userOf, type ModelDevice, type ModelState, type ModelUser } from './model-state.ts';
import type { Answer, PersonStep, Step, TrackStep } from './step.ts';

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
  if (known === undefined) getUser(state, anonymous).externalId = externalId;
  else absorb(state, anonymous, known);
}

/** R31, R32: one user turns out to be another, who has the devices and aliases of both from then on, and its tags where it has none of its own. */
function absorb(state: ModelState, number: number, into: number): void {
  const [user, target] = [getUser(state, number), getUser(state, into)];
  if (target.tags.length === 0) target.tags = user.tags;
  for (const device of state.devices.values()) if (device.user === number) Object.assign(device, { user: into, verified: false });
  for (const [alias, owner] of state.aliases) if (owner === number) state.aliases.set(alias, into);
  state.users.delete(number);
}

/** R33, R34, and what takes a person and all of its devices away. */
export function tellOfPerson(state: ModelState, step: PersonStep, now: number): Answer {
  if (step.kind === 'track') return track(state, step);
  if (step.kind === 'identify') return identify(state, step.alias, step.user);
  const number = userOf(state, step.user);
  if (number === undefined) return 'user_not_found';
  switch (step.kind) {
    case 'merge':
      return merge(state, number, userOf(state, step.into));
    case 'aliases':
      return nameAnew(state, number, step.aliases);
    case 'erase':
      return erase(state, number, now);
  }
}

function merge(state: ModelState, number: number, into: number | undefined): Answer {
  if (into === undefined) return 'user_not_found';
  if (into === number) return 'same';
  absorb(state, number, into);
  return 'merged';
}

function nameAnew({ aliases }: ModelState, number: number, wished: readonly string[]): Answer {
  if (wished.some((alias) => (aliases.get(alias) ?? number) !== number)) return 'alias_taken';
  for (const [alias, owner] of aliases) if (owner === number) aliases.delete(alias);
  for (const alias of wished) aliases.set(alias, number);
  return 'done';
}

function identify(state: ModelState, alias: string, externalId: string): Answer {
  const number = state.aliases.get(alias);
  if (number === undefined) return 'user_not_found';
  const user = getUser(state, number);
  if (user.externalId === externalId) return 'unchanged';
  if (user.externalId !== null) return 'alias_of_known_user';
  const isKnown = userOf(state, externalId) !== undefined;
  recognise(state, number, externalId);
  return isKnown ? 'merged' : 'identified';
}

function track(state: ModelState, { who, add, remove, subscription }: TrackStep): Answer {
  const number = numberOf(state, who);
  if (number === undefined) return 'installation_not_found';
  const user = getUser(state, number);
  user.tags = changedTags(user.tags, { add, remove });
  if (subscription !== undefined) user.subscription = subscription;
  return 'done';
}

function numberOf(state: ModelState, who: TrackStep['who']): number | undefined {
  if ('installation' in who) return state.devices.get(who.installation)?.user;
  if ('externalId' in who) return named(state, who.externalId);
  const known = state.aliases.get(who.alias) ?? newUser(state, null);
  state.aliases.set(who.alias, known);
  return known;
}

/** The devices go with the person, and whoever has the same id later is somebody new. */
function erase(state: ModelState, number: number, now: number): Answer {
  for (const [id, { user, epoch }] of state.devices) {
    if (user !== number) continue;
    state.devices.delete(id);
    state.graves.set(id, { epoch, deletedAt: now });
  }
  for (const [alias, owner] of state.aliases) if (owner === number) state.aliases.delete(alias);
  state.users.delete(number);
  return 'erased';
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
