import type { DomainEvent } from '#libs/events';
import { entryOf, type CollectionOutbox, type Outbox } from '#libs/messaging';
import { isDuplicateKey, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { MongoAliasRepository } from '../alias/mongo-alias.repository.ts';
import { MongoBehaviourRepository } from '../behaviour/mongo-behaviour.repository.ts';
import { MongoEngagementRepository } from '../engagement/mongo-engagement.repository.ts';
import { MongoFrequencyMarks } from '../frequency/mongo-frequency-marks.ts';
import { Details, type AnyRecord } from '../field-table.ts';
import { withoutOutbox, writeRevision, type Written } from '../mongo-document.ts';
import { ExternalIdTaken } from '../registry-errors.ts';
import { usersCollection, type UserDocument } from './mongo-user-document.ts';
import { followMerges, keyedUsers, type UsersById, UserRepository, isAnonymous, type UserPlace } from './user.repository.ts';
import { userTable, type User } from './user.ts';

const fields = new Details(userTable);

export class MongoUserRepository extends UserRepository {
  readonly #users: Model<UserDocument>;
  readonly #outbox: CollectionOutbox;
  readonly #aliases: MongoAliasRepository;
  readonly #behaviour: MongoBehaviourRepository;
  readonly #engagements: MongoEngagementRepository;
  readonly #marks: MongoFrequencyMarks;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#users = store.model(usersCollection);
    this.#outbox = outbox.of(usersCollection);
    this.#aliases = new MongoAliasRepository(store);
    this.#behaviour = new MongoBehaviourRepository(store);
    this.#engagements = new MongoEngagementRepository(store);
    this.#marks = new MongoFrequencyMarks(store);
  }

  async findById(app: string, userId: string): Promise<User | undefined> {
    return this.#followed(await this.findUnmerged(app, userId));
  }

  async findUnmerged(app: string, userId: string): Promise<User | undefined> {
    return fromFound(await this.#users.findOne({ _id: userKeyOf(app, userId) }, withoutOutbox).lean<UserDocument>());
  }

  async findByExternalId(app: string, externalId: string): Promise<User | undefined> {
    const found = await this.#users.findOne({ externalKey: userKeyOf(app, externalId) }, withoutOutbox).lean<UserDocument>();
    return this.#followed(fromFound(found));
  }

  async findByIds(app: string, userIds: readonly string[]): Promise<ReadonlyMap<string, User>> {
    return keyedUsers(await this.#many(app, userIds), ({ userId }) => userId, this.#many);
  }

  async findByExternalIds(app: string, externalIds: readonly string[]): Promise<ReadonlyMap<string, User>> {
    const keys = externalIds.map((externalId) => userKeyOf(app, externalId));
    const asked = await this.#users.find({ externalKey: { $in: keys } }, withoutOutbox).lean<UserDocument[]>();
    return keyedUsers(asked.map(userFrom), ({ externalId }) => externalId ?? '', this.#many);
  }

  async save(user: User, events: readonly DomainEvent[]): Promise<void> {
    try {
      await writeRevision(this.#users, this.#outbox, userKeyOf(user.app, user.userId), userFieldsOf(user), events.map(entryOf));
    } catch (error) {
      throw isDuplicateKey(error, 'externalKey') ? new ExternalIdTaken({ cause: error }) : error;
    }
  }

  async findMerged(limit: number): Promise<readonly User[]> {
    const found = await this.#users
      .find({ mergedInto: { $gt: '' } }, withoutOutbox)
      .limit(limit)
      .lean<UserDocument[]>();
    return found.map(userFrom);
  }

  async pageOfAnonymous(after: UserPlace | null, limit: number) {
    const found = await this.#users
      .find({ _id: { $gt: after ? userKeyOf(after.app, after.userId) : '' } }, withoutOutbox)
      .sort({ _id: 1 })
      .limit(limit)
      .lean<UserDocument[]>();
    const users = found.map(userFrom);
    return { users: users.filter(isAnonymous), next: users.length < limit ? null : (users.at(-1) ?? null) };
  }

  async pageOf(app: string, after: string, limit: number): Promise<readonly User[]> {
    const found = await this.#users
      .find({ _id: { $gt: userKeyOf(app, after), $lt: `${app};` } }, withoutOutbox) // a semicolon follows the colon
      .sort({ _id: 1 })
      .limit(limit)
      .lean<UserDocument[]>();
    return found.map(userFrom);
  }

  async moveBelongings({ app, userId }: User, to: User): Promise<void> {
    await this.#aliases.move(app, userId, to.userId);
    await this.#behaviour.move(app, userId, to.userId);
    await this.#engagements.move(app, userId, to.userId);
  }

  async moveMarks({ app, userId }: User, to: User): Promise<void> {
    await this.#marks.move(app, userId, to.userId);
  }

  /** What the user still has to tell is told first; while that cannot be, it stays and the sweep comes again. */
  async remove({ app, userId, revision }: User): Promise<boolean> {
    const _id = userKeyOf(app, userId);
    await this.#outbox.left(_id);
    const { deletedCount } = await this.#users.deleteOne({ _id, revision, outboxSince: { $exists: false } });
    if (deletedCount === 0) return false;
    await this.#behaviour.removeOf(app, userId);
    await this.#engagements.removeOf(app, userId);
    return true;
  }

  async #followed(user: User | undefined): Promise<User | undefined> {
    return user && (await followMerges([user], this.#many))[0];
  }

  readonly #many: UsersById = async (app, userIds) => {
    const found = await this.#users.find(withIds(app, userIds), withoutOutbox).lean<UserDocument[]>();
    return found.map(userFrom);
  };
}

export function userKeyOf(app: string, id: string): string {
  return `${app}:${id}`;
}

function withIds(app: string, userIds: readonly string[]) {
  return { _id: { $in: userIds.map((userId) => userKeyOf(app, userId)) } };
}

export function userFieldsOf(user: User): Written<UserDocument> {
  const externalKey = user.externalId === null ? null : userKeyOf(user.app, user.externalId);
  return { ...fields.writeAll(user), externalKey } as Written<UserDocument>;
}

function fromFound(document: UserDocument | null): User | undefined {
  return document ? userFrom(document) : undefined;
}

export function userFrom(document: UserDocument): User {
  return fields.read(document as unknown as AnyRecord) as unknown as User;
}
