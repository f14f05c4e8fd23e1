import type { DomainEvent } from '#libs/events';
import { StaleRevision } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { SqliteAliasRepository } from '../alias/sqlite-alias.repository.ts';
import { SqliteBehaviourRepository } from '../behaviour/sqlite-behaviour.repository.ts';
import { SqliteEngagementRepository } from '../engagement/sqlite-engagement.repository.ts';
import { SqliteFrequencyMarks } from '../frequency/sqlite-frequency-marks.ts';
import { Rows } from '../field-table.ts';
import { ExternalIdTaken } from '../registry-errors.ts';
import { followMerges, keyedUsers, type UsersById, UserRepository, isAnonymous, type UserPlace } from './user.repository.ts';
import { userTable, type User } from './user.ts';

const rows = new Rows(userTable);
const columns = rows.columns.join(', ');
const insert = `INSERT INTO users (${columns}) VALUES (${columns.replace(/\w+/g, '?')}) ON CONFLICT (app, user_id) DO NOTHING`;
const update = `UPDATE users SET (${columns}) = (${columns.replace(/\w+/g, '?')}) WHERE app = ? AND user_id = ? AND revision = ?`;
const byId = `SELECT ${columns} FROM users WHERE app = ? AND user_id = ?`;
const byIds = `SELECT ${columns} FROM users WHERE app = ? AND user_id IN (SELECT value FROM json_each(?))`;
const byExternalId = `SELECT ${columns} FROM users WHERE app = ? AND external_id = ?`;
// From the ids to the users: SQLite would not use a partial index for `external_id IN (…)` and read every user of the app.
const byExternalIds = `
  SELECT ${columns} FROM json_each(?2) AS asked CROSS JOIN users ON app = ?1 AND external_id = asked.value`;
const merged = `SELECT ${columns} FROM users WHERE merged_into IS NOT NULL LIMIT ?`;
const page = `SELECT ${columns} FROM users WHERE (app, user_id) > (?, ?) ORDER BY app, user_id LIMIT ?`;
const pageOf = `SELECT ${columns} FROM users WHERE app = ? AND user_id > ? ORDER BY user_id LIMIT ?`;
const remove = 'DELETE FROM users WHERE app = ? AND user_id = ? AND revision = ?';

export class SqliteUserRepository extends UserRepository {
  readonly #aliases: SqliteAliasRepository;
  readonly #behaviour: SqliteBehaviourRepository;
  readonly #engagements: SqliteEngagementRepository;
  readonly #marks: SqliteFrequencyMarks;

  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
    this.#aliases = new SqliteAliasRepository(store);
    this.#behaviour = new SqliteBehaviourRepository(store);
    this.#engagements = new SqliteEngagementRepository(store);
    this.#marks = new SqliteFrequencyMarks(store);
  }

  async findById(app: string, userId: string): Promise<User | undefined> {
    return this.#followed(await this.findUnmerged(app, userId));
  }

  async findUnmerged(app: string, userId: string): Promise<User | undefined> {
    const tuple = this.store.sql(byId).tuple(app, userId);
    return tuple && fromTuple(tuple);
  }

  async findByExternalId(app: string, externalId: string): Promise<User | undefined> {
    const tuple = this.store.sql(byExternalId).tuple(app, externalId);
    return this.#followed(tuple && fromTuple(tuple));
  }

  async findByIds(app: string, userIds: readonly string[]): Promise<ReadonlyMap<string, User>> {
    return keyedUsers(await this.#many(app, userIds), (user) => user.userId, this.#many);
  }

  async findByExternalIds(app: string, externalIds: readonly string[]): Promise<ReadonlyMap<string, User>> {
    const asked = this.store.sql(byExternalIds).tuples(app, JSON.stringify(externalIds)).map(fromTuple);
    return keyedUsers(asked, (user) => user.externalId ?? '', this.#many);
  }

  async save(user: User, events: readonly DomainEvent[]): Promise<void> {
    await this.store.write(() => {
      writeUser(this.store, user);
      this.log.append(events);
    });
  }

  async findMerged(limit: number): Promise<readonly User[]> {
    return this.store.sql(merged).tuples(limit).map(fromTuple);
  }

  async pageOfAnonymous(after: UserPlace | null, limit: number) {
    const found = this.store
      .sql(page)
      .tuples(after?.app ?? '', after?.userId ?? '', limit)
      .map(fromTuple);
    return { users: found.filter(isAnonymous), next: found.length < limit ? null : (found.at(-1) ?? null) };
  }

  async pageOf(app: string, after: string, limit: number): Promise<readonly User[]> {
    return this.store.sql(pageOf).tuples(app, after, limit).map(fromTuple);
  }

  async moveBelongings({ app, userId }: User, to: User): Promise<void> {
    await this.#aliases.move(app, userId, to.userId);
    await this.#behaviour.move(app, userId, to.userId);
    await this.#engagements.move(app, userId, to.userId);
  }

  async moveMarks({ app, userId }: User, to: User): Promise<void> {
    await this.#marks.move(app, userId, to.userId);
  }

  async remove({ app, userId, revision }: User): Promise<boolean> {
    const isGone = await this.store.write(() => this.store.sql(remove).run(app, userId, revision).changes > 0);
    if (!isGone) return false;
    await this.#behaviour.removeOf(app, userId);
    await this.#engagements.removeOf(app, userId);
    return true;
  }

  async #followed(user: User | undefined): Promise<User | undefined> {
    return user && (await followMerges([user], this.#many))[0];
  }

  readonly #many: UsersById = (app, userIds) => sqliteUsersById(this.store, app, userIds);
}

/** Inside a write: the user, on its stored revision. Throws StaleRevision, ExternalIdTaken. */
export function writeUser(store: SqliteStore, user: User): void {
  try {
    const { changes } =
      user.revision === 1
        ? store.sql(insert).run(...rows.values(user))
        : store.sql(update).run(...rows.values(user), user.app, user.userId, user.revision - 1);
    if (changes === 0) throw new StaleRevision(user.userId);
  } catch (error) {
    throw isUniqueClash(error) ? new ExternalIdTaken({ cause: error }) : error;
  }
}

/** The documents themselves, merged or not. */
export async function sqliteUsersById(store: SqliteStore, app: string, userIds: readonly string[]): Promise<readonly User[]> {
  return store.sql(byIds).tuples(app, JSON.stringify(userIds)).map(fromTuple);
}

/** In the order of `columns`. */
function fromTuple(tuple: readonly SQLOutputValue[]): User {
  return rows.read(tuple, noDetails) as unknown as User;
}

const noDetails = {};
