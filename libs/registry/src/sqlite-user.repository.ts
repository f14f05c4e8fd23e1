import type { DomainEvent } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import { followMerges, keyedUsers, type UsersById } from './follow-merges.ts';
import type { Subscription } from './installation.ts';
import { ExternalIdTaken } from './registry-errors.ts';
import { registryMigrations } from './registry.migrations.ts';
import { attributesFromText } from './sqlite-installation-row.ts';
import type { User } from './user.ts';
import { UserRepository } from './user.repository.ts';

const columns = 'app, user_id, external_id, revision, subscription, subscription_changed_at, tags, attributes, created_at, merged_into';
const insert = `INSERT INTO users (${columns}) VALUES (${columns.replace(/\w+/g, '?')}) ON CONFLICT (app, user_id) DO NOTHING`;
const update = `UPDATE users SET (${columns}) = (${columns.replace(/\w+/g, '?')}) WHERE app = ? AND user_id = ? AND revision = ?`;
const byId = `SELECT ${columns} FROM users WHERE app = ? AND user_id = ?`;
const byIds = `SELECT ${columns} FROM users WHERE app = ? AND user_id IN (SELECT value FROM json_each(?))`;
const byExternalId = `SELECT ${columns} FROM users WHERE app = ? AND external_id = ?`;
// From the ids to the users: SQLite would not use a partial index for `external_id IN (…)` and read every user of the app.
const byExternalIds = `
  SELECT ${columns} FROM json_each(?2) AS asked CROSS JOIN users ON app = ?1 AND external_id = asked.value`;
const merged = `SELECT ${columns} FROM users WHERE merged_into IS NOT NULL LIMIT ?`;
const remove = 'DELETE FROM users WHERE app = ? AND user_id = ? AND revision = ?';

export class SqliteUserRepository extends UserRepository {
  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
    store.migrate(registryMigrations);
  }

  async findById(app: string, userId: string): Promise<User | undefined> {
    return this.#followed(await this.findUnmerged(app, userId));
  }

  async findUnmerged(app: string, userId: string): Promise<User | undefined> {
    const row = this.store.sql(byId).get(app, userId);
    return row && fromRow(row);
  }

  async findByExternalId(app: string, externalId: string): Promise<User | undefined> {
    const row = this.store.sql(byExternalId).get(app, externalId);
    return row && this.#followed(fromRow(row));
  }

  async findByIds(app: string, userIds: readonly string[]): Promise<ReadonlyMap<string, User>> {
    return keyedUsers(await this.#many(app, userIds), (user) => user.userId, this.#many);
  }

  async findByExternalIds(app: string, externalIds: readonly string[]): Promise<ReadonlyMap<string, User>> {
    const asked = this.store.sql(byExternalIds).all(app, JSON.stringify(externalIds)).map(fromRow);
    return keyedUsers(asked, (user) => user.externalId ?? '', this.#many);
  }

  async save(user: User, events: readonly DomainEvent[]): Promise<void> {
    await this.store.write(() => {
      try {
        const { changes } =
          user.revision === 1
            ? this.store.sql(insert).run(...toRow(user))
            : this.store.sql(update).run(...toRow(user), user.app, user.userId, user.revision - 1);
        if (changes === 0) throw new StaleRevision(user.userId);
      } catch (error) {
        throw isUniqueClash(error) ? new ExternalIdTaken({ cause: error }) : error;
      }
      this.log.append(events);
    });
  }

  async findMerged(limit: number): Promise<readonly User[]> {
    return this.store.sql(merged).all(limit).map(fromRow);
  }

  async remove(user: User): Promise<boolean> {
    return this.store.write(() => this.store.sql(remove).run(user.app, user.userId, user.revision).changes > 0);
  }

  async #followed(user: User | undefined): Promise<User | undefined> {
    return user && (await followMerges([user], this.#many))[0];
  }

  readonly #many: UsersById = async (app, userIds) => this.store.sql(byIds).all(app, JSON.stringify(userIds)).map(fromRow);
}

function toRow(user: User): SQLInputValue[] {
  return [
    user.app,
    user.userId,
    user.externalId,
    user.revision,
    user.subscription,
    user.subscriptionChangedAt,
    JSON.stringify(user.tags),
    JSON.stringify(user.attributes),
    user.createdAt,
    user.mergedInto,
  ];
}

function fromRow(row: Record<string, SQLOutputValue>): User {
  return {
    app: row['app'] as string,
    userId: row['user_id'] as string,
    externalId: row['external_id'] as string | null,
    revision: row['revision'] as number,
    subscription: row['subscription'] as Subscription,
    subscriptionChangedAt: row['subscription_changed_at'] as number,
    tags: row['tags'] === '[]' ? [] : (JSON.parse(row['tags'] as string) as readonly string[]),
    attributes: attributesFromText(row['attributes'] as string),
    createdAt: row['created_at'] as number,
    mergedInto: row['merged_into'] as string | null,
  };
}
