import { isDuplicateKey, mongoCollection, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { aliasKey, AliasRepository, type Alias } from './alias.repository.ts';

interface AliasDocument extends Alias {
  /** `app:label:name` */
  readonly _id: string;
  readonly app: string;
  readonly userId: string;
}

export const aliasesCollection = mongoCollection<AliasDocument>(
  'user_aliases',
  { app: String, label: String, name: String, userId: String },
  [{ fields: { app: 1, userId: 1, _id: 1 } }],
);

export class MongoAliasRepository extends AliasRepository {
  readonly #aliases: Model<AliasDocument>;

  constructor(store: MongoStore) {
    super();
    this.#aliases = store.model(aliasesCollection);
  }

  async find(app: string, alias: Alias): Promise<string | undefined> {
    return (await this.#aliases.findOne({ _id: aliasKey(app, alias) }).lean<AliasDocument>())?.userId;
  }

  async claim(app: string, alias: Alias, userId: string): Promise<string> {
    try {
      await this.#aliases.insertOne({ _id: aliasKey(app, alias), app, label: alias.label, name: alias.name, userId });
      return userId;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await this.find(app, alias)) ?? this.claim(app, alias, userId);
    }
  }

  async ofUser(app: string, userId: string): Promise<readonly Alias[]> {
    const found = await this.#aliases.find({ app, userId }).sort({ _id: 1 }).limit(1_000).lean<AliasDocument[]>();
    return found.map(({ label, name }) => ({ label, name }));
  }

  async release(app: string, alias: Alias, userId: string): Promise<void> {
    await this.#aliases.deleteOne({ _id: aliasKey(app, alias), userId });
  }

  async move(app: string, fromUserId: string, toUserId: string): Promise<void> {
    await this.#aliases.updateMany({ app, userId: fromUserId }, { $set: { userId: toUserId } });
  }

  async removeOf(app: string, userId: string): Promise<number> {
    return (await this.#aliases.deleteMany({ app, userId })).deletedCount;
  }
}
