import { PushToken } from '#libs/kernel';
import { mongoCollection, type MongoDocument, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { ActivityTokens } from './activity-tokens.ts';
import { MAX_ACTIVITY_TOKENS, type ActivityPlace, type ActivityToken } from './activity-token.ts';

interface ActivityTokenDocument extends MongoDocument, Omit<ActivityToken, 'token' | 'expiresAt' | 'place'> {
  readonly place: string;
  readonly token: string;
  readonly expiresAt?: number;
}

export const activityTokensCollection = mongoCollection<ActivityTokenDocument>(
  'activity_tokens',
  {
    app: String,
    place: String,
    installationId: String,
    token: String,
    fingerprint: String,
    ownerEpoch: Number,
    registeredAt: Number,
    expiresAt: Number,
  },
  [
    { fields: { app: 1, place: 1, installationId: 1 } },
    { fields: { app: 1, installationId: 1, registeredAt: -1 } },
    { fields: { expiresAt: 1 }, sparse: true },
  ],
);

/** Erases what belongs to an installation that was deleted. Safe to repeat. */
export function activityTokenEraser(store: MongoStore): (installation: { readonly app: string; readonly id: string }) => Promise<void> {
  const tokens = store.model(activityTokensCollection);
  return async ({ app, id }) => {
    await tokens.deleteMany({ app, installationId: id });
  };
}

export class MongoActivityTokens extends ActivityTokens {
  readonly #tokens: Model<ActivityTokenDocument>;

  constructor(store: MongoStore) {
    super();
    this.#tokens = store.model(activityTokensCollection);
  }

  async put(given: ActivityToken): Promise<void> {
    const { app, installationId, place, token, expiresAt, ...others } = given;
    const document = { app, installationId, place, ...others, token: token.reveal(), ...(expiresAt !== null && { expiresAt }) };
    await this.#tokens.replaceOne({ _id: idOf(app, installationId, place) }, document, { upsert: true });
    const theirs = await this.#tokens
      .find({ app, installationId }, { _id: 1 })
      .sort({ registeredAt: -1 })
      .limit(2 * MAX_ACTIVITY_TOKENS)
      .lean();
    const surplus = theirs.slice(MAX_ACTIVITY_TOKENS).map(({ _id }) => _id);
    if (surplus.length > 0) await this.#tokens.deleteMany({ _id: { $in: surplus } });
  }

  async remove(...[app, installationId, place, only]: Parameters<ActivityTokens['remove']>): Promise<boolean> {
    const guard = only ? { fingerprint: only.fingerprint, registeredAt: { $lte: only.registeredBy } } : {};
    return (await this.#tokens.deleteOne({ _id: idOf(app, installationId, place), ...guard })).deletedCount > 0;
  }

  async of(app: string, installationIds: readonly string[], place: ActivityPlace): Promise<readonly (ActivityToken | undefined)[]> {
    const ids = installationIds.map((id) => idOf(app, id, place));
    const found = await this.#tokens.find({ _id: { $in: ids } }).lean();
    const byId = new Map(found.map((document) => [document.installationId, fromDocument(document)]));
    return installationIds.map((id) => byId.get(id));
  }

  async at(app: string, place: ActivityPlace, limit: number): Promise<readonly ActivityToken[]> {
    return (await this.#tokens.find({ app, place }).sort({ installationId: 1 }).limit(limit).lean()).map(fromDocument);
  }

  async dropExpired(now: number, limit: number): Promise<number> {
    const expired = await this.#tokens
      .find({ expiresAt: { $lte: now } }, { _id: 1 })
      .limit(limit)
      .lean();
    if (expired.length === 0) return 0;
    const _id = { $in: expired.map((document) => document._id) };
    return (await this.#tokens.deleteMany({ _id, expiresAt: { $lte: now } })).deletedCount;
  }
}

function idOf(app: string, installationId: string, place: ActivityPlace): string {
  return JSON.stringify([app, installationId, place]);
}

function fromDocument(document: Omit<ActivityTokenDocument, '_id'>): ActivityToken {
  const { app, installationId, place, token, fingerprint, ownerEpoch, registeredAt, expiresAt = null } = document;
  return {
    app,
    installationId,
    place: place as ActivityPlace,
    token: new PushToken(token),
    fingerprint,
    ownerEpoch,
    registeredAt,
    expiresAt,
  };
}
