import { installationKey } from '#libs/kernel';
import { mongoCollection, type MongoStore } from '#libs/storage';
import type { Model, QueryFilter } from 'mongoose';
import { installationsCollection, type InstallationDocument } from '../installation/mongo-installation-document.ts';
import { usersCollection, type UserDocument } from '../user/mongo-user-document.ts';
import { EngagementRepository } from './engagement.repository.ts';
import {
  MAX_ENGAGED_CAMPAIGNS,
  keyOfEngagement,
  type AskedEngagement,
  type Engagement,
  type EngagementOfDevice,
  type UserEngagements,
} from './engagement.ts';

interface EngagementDocument extends Engagement {
  /** `app:userId:kind:campaign` */
  readonly _id: string;
  readonly app: string;
  readonly userId: string;
}

export const engagementCollection = mongoCollection<EngagementDocument>(
  'user_engagements',
  { app: String, userId: String, kind: String, campaign: String, at: Number },
  [{ fields: { app: 1, userId: 1, kind: 1, campaign: 1 } }],
);

type OfUser = Engagement & Pick<EngagementDocument, 'app' | 'userId'>;

/** A document for each user, kind and campaign, whose instant only rises: whatever happens twice, or beside something else, happens once. */
export class MongoEngagementRepository extends EngagementRepository {
  readonly #engagements: Model<EngagementDocument>;
  readonly #installations: Model<InstallationDocument>;
  readonly #users: Model<UserDocument>;

  constructor(store: MongoStore) {
    super();
    this.#engagements = store.model(engagementCollection);
    this.#installations = store.model(installationsCollection);
    this.#users = store.model(usersCollection);
  }

  async note(app: string, engagements: readonly EngagementOfDevice[]): Promise<void> {
    const keys = [...new Set(engagements.map(({ installationId }) => installationKey(app, installationId)))];
    const found = await this.#installations.find({ _id: { $in: keys }, deletedAt: { $exists: false } }, { userId: 1 }).lean();
    const owners = new Map(found.map(({ _id, userId }) => [_id, userId]));
    const noted = engagements.flatMap(({ installationId, kind, campaign, at }) => {
      const userId = owners.get(installationKey(app, installationId));
      return userId === undefined ? [] : [{ app, userId, kind, campaign, at }];
    });
    await this.#raise(noted);
    await this.#follow(app, [...new Set(noted.map(({ userId }) => userId))]);
  }

  async ofUser(app: string, userId: string): Promise<UserEngagements> {
    return engagementsFrom(await this.#find({ app, userId }));
  }

  async ofUsers(app: string, userIds: readonly string[], asked: readonly AskedEngagement[]): Promise<ReadonlyMap<string, UserEngagements>> {
    const $or = asked.map(({ kind, campaign }) => ({ kind, ...(campaign !== undefined && { campaign }) }));
    const documents = $or.length === 0 ? [] : await this.#find({ app, userId: { $in: [...userIds] }, $or });
    return new Map(
      Array.from(
        Map.groupBy(documents, ({ userId }) => userId),
        ([userId, of]) => [userId, engagementsFrom(of)],
      ),
    );
  }

  async move(app: string, fromUserId: string, toUserId: string): Promise<void> {
    const moved = await this.#find({ app, userId: fromUserId });
    await this.#raise(moved.map(({ kind, campaign, at }) => ({ app, userId: toUserId, kind, campaign, at })));
    // One that has risen meanwhile stays, and whoever raised it moves it.
    for (const { _id, at } of moved) await this.#engagements.deleteOne({ _id, at });
  }

  async removeOf(app: string, userId: string): Promise<number> {
    return (await this.#engagements.deleteMany({ app, userId })).deletedCount;
  }

  async #find(filter: QueryFilter<EngagementDocument>): Promise<readonly EngagementDocument[]> {
    return this.#engagements.find(filter).lean<EngagementDocument[]>();
  }

  async #raise(noted: readonly OfUser[]): Promise<void> {
    if (noted.length === 0) return;
    const { upsertedIds } = await this.#engagements.bulkWrite(
      noted.map(({ at, ...of }) => ({
        updateOne: {
          filter: { _id: `${of.app}:${of.userId}:${keyOfEngagement(of)}` },
          update: { $setOnInsert: of, $max: { at } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
    const grown = Object.keys(upsertedIds).flatMap((place) => noted[Number(place)] ?? []);
    const each = new Map(grown.map((of) => [`${of.userId}:${of.kind}`, of]));
    for (const { app, userId, kind } of each.values()) {
      const filter = { app, userId, kind };
      if ((await this.#engagements.countDocuments(filter)) <= MAX_ENGAGED_CAMPAIGNS) continue;
      const all = [...(await this.#find(filter))].sort((one, other) => other.at - one.at || (one.campaign < other.campaign ? -1 : 1));
      await this.#engagements.deleteMany({ _id: { $in: all.slice(MAX_ENGAGED_CAMPAIGNS).map(({ _id }) => _id) } });
    }
  }

  /** What was noted while a merge took the user away goes where the merge went; where the user is gone, it goes, too. */
  async #follow(app: string, userIds: readonly string[]): Promise<void> {
    const keys = userIds.map((userId) => `${app}:${userId}`);
    const found = await this.#users.find({ _id: { $in: keys } }, { mergedInto: 1 }).lean<UserDocument[]>();
    const owners = new Map(found.map((user) => [user._id, user]));
    for (const userId of userIds) {
      const owner = owners.get(`${app}:${userId}`);
      if (!owner) await this.removeOf(app, userId);
      else if (owner.mergedInto !== undefined) await this.move(app, userId, owner.mergedInto);
    }
  }
}

function engagementsFrom(documents: readonly EngagementDocument[]): UserEngagements {
  return Object.fromEntries(documents.map((document) => [keyOfEngagement(document), document.at]));
}
