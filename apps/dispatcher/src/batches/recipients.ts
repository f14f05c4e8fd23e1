import { installationKey } from '#libs/kernel';
import type { Installation, InstallationRepository, RecipientInstallation, Subscription, User, UserRepository } from '#libs/registry';
import type { PageEntry } from '#libs/sends';
import type { RootName } from '#libs/templates';

/** Installations and their users as they were at one instant. */
export interface Recipients {
  /** When reading began, ms: nothing they say is newer. */
  readonly readAt: number;
  readonly installations: ReadonlyMap<string, RecipientInstallation>;
  /** Of each user, merges followed. */
  readonly subscriptions: ReadonlyMap<string, Subscription>;
  /** All that is known of installations and of users, where texts speak of them; otherwise empty. */
  readonly wholes: ReadonlyMap<string, Installation>;
  readonly users: ReadonlyMap<string, User>;
}

/** Reads who is behind some entries: one query for installations, one for users. */
export class RecipientReader {
  constructor(
    private readonly installations: InstallationRepository,
    private readonly users: UserRepository,
    /** Entries that are best read together: few where reading holds the event loop, many where each query is a journey. */
    readonly atOnce: number,
  ) {}

  /** `roots`: what the texts speak of; more than sending needs is read only for them. */
  async read(app: string, entries: readonly PageEntry[], now: number, roots: ReadonlySet<RootName>): Promise<Recipients> {
    const keys = entries.map(({ installationId }) => installationKey(app, installationId));
    const wholly = roots.has('installation');
    const wholes = wholly ? await this.installations.findByKeys(keys) : [];
    const found = wholly ? wholes : await this.installations.findRecipients(keys);
    const userIds = [...new Set(found.map(({ userId }) => userId))];
    const users = roots.has('user') ? await this.users.findByIds(app, userIds) : nobody;
    const subscriptions = roots.has('user') ? subscriptionsOf(users) : await this.users.findSubscriptions(app, userIds);
    return { readAt: now, installations: byId(found), subscriptions, wholes: byId(wholes), users };
  }
}

const nobody: ReadonlyMap<string, User> = new Map();

function subscriptionsOf(users: ReadonlyMap<string, User>): ReadonlyMap<string, Subscription> {
  const subscriptions = new Map<string, Subscription>();
  for (const [userId, { subscription }] of users) subscriptions.set(userId, subscription);
  return subscriptions;
}

function byId<T extends { readonly id: string }>(found: readonly T[]): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const one of found) map.set(one.id, one);
  return map;
}
