import type { DomainEvent } from '#libs/events';
import { StaleRevision, installationKey, type ProviderName } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { Audience, AudienceMatch, AudiencePreview, AudienceQuery } from './audience/audience-query.ts';
import { tagsToText } from './field-kinds.ts';
import type { UsersById } from './follow-merges.ts';
import type { Installation } from './installation.ts';
import { InstallationRepository, type InstallationTally } from './installation.repository.ts';
import type { LedgerLine } from './ledger-line.ts';
import type { RecipientExtra } from './recipient-installation.ts';
import { TokenTaken } from './registry-errors.ts';
import { registryMigrations } from './registry.migrations.ts';
import { SqliteAudienceReader } from './sqlite-audience-reader.ts';
import { columns, fromTuple, toRow } from './sqlite-installation-row.ts';
import { SqliteRecipients } from './sqlite-recipients.ts';
import { countInstallations, tallyInstallations } from './sqlite-installation-tally.ts';
import { sqliteUsersById } from './sqlite-user.repository.ts';
import { writeLedger } from './sqlite-token-ledger.ts';
import { tokenKeyOf } from './token-key.ts';
import type { User } from './user.ts';

const all = columns.join(', ');
const insert = `INSERT INTO installations (${all}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (key) DO NOTHING`;
// key, id and app come first and never change
const identity = 3;
const update = `UPDATE installations SET ${columns
  .slice(identity)
  .map((column) => `${column} = ?`)
  .join(', ')} WHERE key = ? AND revision = ?`;
const byKey = `SELECT ${all} FROM installations WHERE key = ?`;
const byKeys = `SELECT ${all} FROM installations WHERE key IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY key`;
const byToken = `SELECT ${all} FROM installations WHERE token_key = ?`;
const byUser = `SELECT ${all} FROM installations WHERE app = ? AND user_id = ? ORDER BY key LIMIT ?`;
const behind = 'app = ?1 AND user_id = ?2 AND user_revision < ?3';
const anyBehind = `SELECT 1 FROM installations WHERE ${behind} LIMIT 1`;
const copy = `
  UPDATE installations SET user_revision = ?3, external_id = ?4, subscription = ?5, user_tags = ?6, user_attributes = ?7, revision = revision + 1
  WHERE key IN (SELECT key FROM installations WHERE ${behind} LIMIT ?8)`;
const claims = `SELECT ${all} FROM installations WHERE claim_at < ? ORDER BY claim_at LIMIT ?`;
const dropTombstones = 'DELETE FROM installations WHERE key IN (SELECT key FROM installations WHERE deleted_at < ? LIMIT ?)';

/** Installations copied to in one write. */
const copyStep = 500;

export class SqliteInstallationRepository extends InstallationRepository {
  readonly #audiences: SqliteAudienceReader;
  readonly #recipients: SqliteRecipients;

  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
    store.migrate(registryMigrations);
    this.#audiences = new SqliteAudienceReader(store);
    const usersById: UsersById = (app, userIds) => sqliteUsersById(store, app, userIds);
    this.#recipients = new SqliteRecipients(store, usersById, (keys) => this.findByKeys(keys));
  }

  async findById(app: string, id: string): Promise<Installation | undefined> {
    const found = await this.findWithTombstone(app, id);
    return found?.deletedAt === null ? found : undefined;
  }

  async findWithTombstone(app: string, id: string): Promise<Installation | undefined> {
    return this.store.sql(byKey).tuples(installationKey(app, id)).map(fromTuple)[0];
  }

  async findByKeys(keys: readonly string[]): Promise<readonly Installation[]> {
    return this.store.sql(byKeys).tuples(JSON.stringify(keys)).map(fromTuple);
  }

  async findRecipients(app: string, ids: readonly string[], extras: ReadonlySet<RecipientExtra>) {
    return this.#recipients.find(app, ids, extras);
  }

  async findByFingerprint(app: string, provider: ProviderName, fingerprint: string): Promise<Installation | undefined> {
    return this.store
      .sql(byToken)
      .tuples(tokenKeyOf(app, provider, fingerprint))
      .map(fromTuple)[0];
  }

  async findByUser(app: string, userId: string, limit = 1_000): Promise<readonly Installation[]> {
    return this.store.sql(byUser).tuples(app, userId, limit).map(fromTuple);
  }

  async save(installation: Installation, events: readonly DomainEvent[], ledger: readonly LedgerLine[]): Promise<void> {
    const row = toRow(installation);
    await this.store.write(() => {
      try {
        const { changes } =
          installation.revision === 1
            ? this.store.sql(insert).run(...row)
            : this.store.sql(update).run(...row.slice(identity), installation.key, installation.revision - 1);
        if (changes === 0) throw new StaleRevision(installation.key);
      } catch (error) {
        throw isUniqueClash(error) ? new TokenTaken(installation.tokenFingerprint ?? '', { cause: error }) : error;
      }
      writeLedger(this.store, ledger);
      this.log.append(events);
    });
  }

  async copyUser(user: User): Promise<number> {
    const tags = tagsToText(user.tags);
    const attributes = JSON.stringify(user.attributes);
    let copied = 0;
    while (this.store.sql(anyBehind).get(user.app, user.userId, user.revision)) {
      copied += await this.store.write(() => {
        const { app, userId, revision, externalId, subscription } = user;
        return Number(this.store.sql(copy).run(app, userId, revision, externalId, subscription, tags, attributes, copyStep).changes);
      });
    }
    return copied;
  }

  async findClaims(olderThan: number, limit: number): Promise<readonly Installation[]> {
    return this.store.sql(claims).tuples(olderThan, limit).map(fromTuple);
  }

  async dropTombstones(before: number, limit: number): Promise<number> {
    return this.store.write(() => Number(this.store.sql(dropTombstones).run(before, limit).changes));
  }

  async count(app: string): Promise<number> {
    return countInstallations(this.store, app);
  }

  async tally(): Promise<readonly InstallationTally[]> {
    return tallyInstallations(this.store);
  }

  async select(query: AudienceQuery): Promise<AudienceMatch> {
    return this.#audiences.select(query);
  }

  async countSelected(app: string, audience: Audience, firstSeenUntil: number | null): Promise<number> {
    return this.#audiences.count(app, audience, firstSeenUntil);
  }

  async preview(app: string, audience: Audience, firstSeenUntil: number | null): Promise<AudiencePreview> {
    return this.#audiences.preview(app, audience, firstSeenUntil);
  }
}
