import type { Installation } from '../../src/installation/installation.ts';
import { app, fingerprintOf } from '../../src/opened-registry.contract.ts';
import { UserNotFound } from '../../src/registry-errors.ts';
import { getUser } from './model-people.ts';
import { aliasOf } from './take-step.ts';
import type { User } from '../../src/user/user.ts';
import { pushRegisteredFor, reachabilityOf } from '../../src/user/reachability.ts';
import type { ModelRegistry } from './model-registry.ts';
import { ALIASES, DEVICES, USERS, ALL_TOKENS, devicesOf, holderOf, userOf, type ModelDevice } from './model-state.ts';
import type { RegistryModel } from './registry-model.ts';

/** What can be seen of a registry from outside, users told apart by number. */
export interface View {
  readonly devices: Readonly<Record<string, unknown>>;
  /** Owner epochs of deleted devices. */
  readonly graves: Readonly<Record<string, number>>;
  readonly people: Readonly<Record<string, unknown>>;
  readonly aliases: Readonly<Record<string, unknown>>;
  /** Token → the device that has it, and the user that the ledger says has it now. */
  readonly tokens: Readonly<Record<string, unknown>>;
  /** Users that belong to nobody and nothing. */
  readonly strangers: readonly string[];
}

/** Everything that is stored, read once. */
export interface Reading {
  readonly installations: Readonly<Record<string, Installation>>;
  readonly graves: Readonly<Record<string, number>>;
  readonly people: Readonly<Record<string, { readonly userId: string; readonly seen: unknown }>>;
  readonly aliases: Readonly<Record<string, User>>;
  readonly holders: Readonly<Record<string, string | null>>;
  readonly owners: Readonly<Record<string, string | null>>;
  readonly strangers: readonly string[];
}

export async function readRegistry(real: ModelRegistry): Promise<Reading> {
  const { installations: store, users, ledger } = real.opened;
  const installations: Record<string, Installation> = {};
  const graves: Record<string, number> = {};
  for (const id of DEVICES) {
    const found = await store.findWithTombstone(app, id);
    if (found?.deletedAt === null) installations[id] = found;
    else if (found) graves[id] = found.ownerEpoch;
  }
  const people: Record<string, { userId: string; seen: unknown }> = {};
  for (const externalId of USERS) {
    const person = await personOf(real, externalId);
    if (person) people[externalId] = person;
  }
  const aliases: Record<string, User> = {};
  for (const name of ALIASES) {
    const userId = await real.opened.aliases.find(app, aliasOf(name));
    const user = userId === undefined ? undefined : await users.findById(app, userId);
    if (user) aliases[name] = user;
  }
  const holders: Record<string, string | null> = {};
  const owners: Record<string, string | null> = {};
  for (const token of ALL_TOKENS) {
    const provider = token.startsWith('fcm') ? 'fcm' : 'hms';
    holders[token] = (await store.findByFingerprint(app, provider, fingerprintOf(token)))?.id ?? null;
    owners[token] = (await ledger.ownerAt(app, fingerprintOf(token), Number.MAX_SAFE_INTEGER))?.toUser ?? null;
  }
  const known = new Set([
    ...Object.values(installations).map(({ userId }) => userId),
    ...Object.values(people).map(({ userId }) => userId),
    ...Object.values(aliases).map(({ userId }) => userId),
  ]);
  const strangers: string[] = [];
  for (const userId of real.users) if (!known.has(userId) && (await users.findUnmerged(app, userId))) strangers.push(userId);
  return { installations, graves, people, aliases, holders, owners, strangers };
}

async function personOf(real: ModelRegistry, externalId: string) {
  try {
    const { user, installations } = await real.registry.findUser.execute(app, externalId);
    const { subscription, tags, userId } = user;
    const lines = installations.map((installation) => `${installation.id} ${pushRegisteredFor(installation)}`).sort();
    const { reachable } = reachabilityOf(user, installations);
    return { userId, seen: { subscription, tags: [...tags].sort(), lines, reachable } };
  } catch (error) {
    if (error instanceof UserNotFound) return undefined;
    throw error;
  }
}

/** The stored registry with its user ids as the model's numbers. `names` learns which is which and must agree with what it knew before. */
export function viewOfReading(reading: Reading, model: RegistryModel, names: Map<string, number>): View {
  const { installations, graves, people, aliases, holders, owners, strangers } = reading;
  const bound = new Set(names.values());
  const nameOf = (userId: string, number: number | undefined): number | string => {
    const known = names.get(userId);
    if (known !== undefined) return known;
    if (number === undefined || bound.has(number)) return 'somebody else';
    names.set(userId, number);
    bound.add(number);
    return number;
  };
  return {
    devices: mapped(installations, (found, id) => deviceOf(found, nameOf(found.userId, model.state.devices.get(id)?.user))),
    graves,
    people: mapped(people, ({ userId, seen }, externalId) => ({ user: nameOf(userId, userOf(model.state, externalId)), seen })),
    aliases: mapped(aliases, ({ userId, externalId, subscription, tags }, alias) => {
      return { user: nameOf(userId, model.state.aliases.get(alias)), externalId, subscription, tags: [...tags].sort() };
    }),
    tokens: mapped(holders, (device, token) => {
      const owner = owners[token];
      return { device, owner: owner == null ? null : nameOf(owner, undefined) };
    }),
    strangers,
  };
}

function deviceOf(found: Installation, user: number | string) {
  const { externalId, subscription, userTags, userVerified, ownerEpoch, provider, token, tokenImported, tokenSuspect, tokenLostReason } =
    found;
  const { permission, notificationsEnabled, tags, firstSeenAt, lastSeenAt, sessionStartedAt, claim } = found;
  return {
    user, externalId, subscription, userTags: [...userTags].sort(), verified: userVerified, epoch: ownerEpoch, provider,
    token: token?.reveal() ?? null, imported: tokenImported, suspect: tokenSuspect, lostReason: tokenLostReason, permission,
    enabled: notificationsEnabled, tags: [...tags].sort(), firstSeenAt, seenAt: lastSeenAt, sessionAt: sessionStartedAt, claim,
  }; // prettier-ignore
}

export function viewOfModel(model: RegistryModel): View {
  const { devices, users, graves, aliases } = model.state;
  return {
    devices: mapped(Object.fromEntries(devices), (device) => expectedDevice(device, model)),
    graves: Object.fromEntries([...graves].map(([id, { epoch }]) => [id, epoch])),
    people: Object.fromEntries(
      USERS.flatMap((externalId) => {
        const number = userOf(model.state, externalId);
        return number === undefined ? [] : [[externalId, { user: number, seen: expectedPerson(number, model) }]];
      }),
    ),
    aliases: mapped(Object.fromEntries(aliases), (user) => {
      const { externalId, subscription, tags } = getUser(model.state, user);
      return { user, externalId, subscription, tags: [...tags].sort() };
    }),
    tokens: Object.fromEntries(
      ALL_TOKENS.map((token) => {
        const device = holderOf(model.state, token) ?? null;
        return [token, { device, owner: device === null ? null : (devices.get(device)?.user ?? null) }];
      }),
    ),
    strangers: [...users].flatMap(([number, { externalId }]) =>
      externalId === null && devicesOf(model.state, number).length === 0 && ![...aliases.values()].includes(number) ? [String(number)] : [],
    ),
  };
}

function expectedDevice(device: ModelDevice, model: RegistryModel) {
  const { confirmedAt: _, isConfirmedNow: __, isClaiming: ___, ...seen } = device;
  const owner = model.state.users.get(device.user);
  return {
    ...seen,
    externalId: owner?.externalId,
    subscription: owner?.subscription,
    userTags: [...(owner?.tags ?? [])].sort(),
    tags: [...device.tags].sort(),
    claim: null,
  };
}

/** R23, R39, R42, R45. */
function expectedPerson(number: number, model: RegistryModel) {
  const user = model.state.users.get(number);
  const devices = devicesOf(model.state, number).map((id) => ({ id, ...model.state.devices.get(id) }));
  const lines = devices.map(
    ({ id, token, enabled }) => `${id} ${token === null ? '--' : `${enabled ? 'Foreground' : 'Background'}: ${app}`}`,
  );
  const reachable = user?.subscription !== 'unsubscribed' && devices.some(({ token, enabled }) => token !== null && enabled === true);
  return { subscription: user?.subscription, tags: [...(user?.tags ?? [])].sort(), lines: lines.sort(), reachable };
}

function mapped<T>(of: Readonly<Record<string, T>>, make: (value: T, name: string) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of).map(([name, value]) => [name, make(value, name)]));
}
