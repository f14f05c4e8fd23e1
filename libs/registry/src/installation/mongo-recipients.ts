import { installationKey, PushToken } from '#libs/kernel';
import type { Model } from 'mongoose';
import { fingerprintIn } from '../token/token.ts';
import type { UserDocument } from '../user/mongo-user-document.ts';
import type { Subscription } from '../user/user.ts';
import type { RecipientExtra, RecipientInstallation } from './recipient-columns.ts';
import type { InstallationDocument } from './mongo-installation-document.ts';

type Extras = ReadonlySet<RecipientExtra>;
type Owner = Pick<UserDocument, 'userId' | 'externalId' | 'subscription' | 'tags' | 'attributes' | 'mergedInto'>;

/** Merges chain only where a user that others were merged into is merged itself. */
const maxHops = 100;

const recipientFields = {
  id: 1, userId: 1, ownerEpoch: 1, subscription: 1, platform: 1, provider: 1, environment: 1,
  bundleId: 1, tokenKey: 1, token: 1, tokenConfirmedAt: 1, notificationsEnabled: 1, 'details.tokenImported': 1, 'details.droppedSince': 1,
  'details.locale': 1,
} as const; // prettier-ignore

/** Reads recipients of messages with the word of their owners: one query for installations, then one for users, each of the fields that are asked for. */
export class MongoRecipients {
  constructor(
    private readonly installations: Model<InstallationDocument>,
    private readonly users: Model<UserDocument>,
  ) {}

  async find(app: string, ids: readonly string[], extras: Extras): Promise<readonly (RecipientInstallation | undefined)[]> {
    const keys = ids.map((id) => installationKey(app, id));
    const documents = await this.#installationsOf(keys, extras);
    const owners = await this.#ownersOf(app, new Set([...documents.values()].map(({ userId }) => userId)), extras);
    return keys.map((key) => {
      const document = documents.get(key);
      if (!document) return undefined;
      const owner = owners.get(document.userId);
      return { ...withExtras(recipientFromDocument(document), extras), ...(owner && wordOf(owner, extras)) };
    });
  }

  async #installationsOf(keys: readonly string[], extras: Extras): Promise<ReadonlyMap<string, InstallationDocument>> {
    if (keys.length === 0) return new Map();
    const fields = {
      ...recipientFields,
      ...Object.fromEntries([...extras].map((extra) => [extra === 'mutedChannels' ? 'details.mutedChannels' : extra, 1])),
    };
    const found = await this.installations
      .find({ _id: { $in: [...keys] }, deletedAt: { $exists: false } }, fields)
      .batchSize(keys.length)
      .lean<InstallationDocument[]>();
    return new Map(found.map((document) => [document._id, document]));
  }

  /** By the id that is asked for, merges followed; what is merged is looked up again. */
  async #ownersOf(app: string, userIds: ReadonlySet<string>, extras: Extras): Promise<ReadonlyMap<string, Owner>> {
    const owners = new Map<string, Owner>();
    let wanted = userIds;
    for (let hop = 0; hop < maxHops && wanted.size > 0; hop += 1) {
      const found = await this.#users(app, wanted, extras);
      for (const owner of found) owners.set(owner.userId, owner);
      wanted = new Set(found.flatMap(({ mergedInto }) => (mergedInto === undefined || owners.has(mergedInto) ? [] : [mergedInto])));
    }
    return new Map([...userIds].flatMap((userId) => this.#lastOf(owners, userId)));
  }

  #lastOf(owners: ReadonlyMap<string, Owner>, userId: string): [string, Owner][] {
    let owner = owners.get(userId);
    for (let hop = 0; hop < maxHops && owner?.mergedInto !== undefined; hop += 1) owner = owners.get(owner.mergedInto);
    return owner ? [[userId, owner]] : [];
  }

  async #users(app: string, userIds: ReadonlySet<string>, extras: Extras): Promise<Owner[]> {
    const fields = { _id: 0, userId: 1, subscription: 1, mergedInto: 1, ...userFieldsOf(extras) };
    const keys = [...userIds].map((userId) => `${app}:${userId}`);
    return this.users
      .find({ _id: { $in: keys } }, fields)
      .batchSize(keys.length)
      .lean<Owner[]>();
  }
}

function userFieldsOf(extras: Extras): Record<string, 1> {
  return {
    ...(extras.has('externalId') && { externalId: 1 }),
    ...(extras.has('userTags') && { tags: 1 }),
    ...(extras.has('userAttributes') && { attributes: 1 }),
  };
}

function wordOf({ userId, subscription, externalId, tags, attributes }: Owner, extras: Extras) {
  return {
    userId,
    subscription,
    ...(extras.has('externalId') && { externalId: externalId ?? null }),
    ...(extras.has('userTags') && { userTags: tags }),
    ...(extras.has('userAttributes') && { userAttributes: attributes }),
  } satisfies Partial<RecipientInstallation> & { subscription: Subscription };
}

/** Nothing of what nobody asks for. */
function withExtras(recipient: RecipientInstallation, extras: Extras): RecipientInstallation {
  return {
    ...recipient,
    externalId: extras.has('externalId') ? recipient.externalId : null,
    userTags: extras.has('userTags') ? recipient.userTags : [],
    userAttributes: extras.has('userAttributes') ? recipient.userAttributes : {},
    attributes: extras.has('attributes') ? recipient.attributes : {},
  };
}

/** Of a document with `recipientFields`; what its extras are of those that were not read means nothing. */
function recipientFromDocument(document: InstallationDocument): RecipientInstallation {
  const { tokenKey, token } = document;
  return {
    id: document.id,
    userId: document.userId,
    externalId: document.externalId ?? null,
    ownerEpoch: document.ownerEpoch,
    subscription: document.subscription,
    userTags: document.userTags,
    userAttributes: document.userAttributes,
    platform: document.platform,
    provider: document.provider,
    environment: document.environment,
    bundleId: document.bundleId ?? null,
    token: token === undefined ? null : new PushToken(token),
    tokenFingerprint: tokenKey === undefined ? null : fingerprintIn(tokenKey),
    tokenConfirmedAt: document.tokenConfirmedAt ?? null,
    tokenImported: document.details.tokenImported ?? false,
    notificationsEnabled: document.notificationsEnabled,
    isDropped: document.details.droppedSince !== undefined,
    locale: document.details.locale ?? null,
    attributes: document.attributes,
    mutedChannels: document.details.mutedChannels ?? [],
  };
}
