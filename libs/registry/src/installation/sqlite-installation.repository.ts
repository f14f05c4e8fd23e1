import type { DomainEvent } from '#libs/events';
import { StaleRevision, installationKey, type ProviderName } from '#libs/kernel';
import type { SqliteEventLog } from '#libs/messaging';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite';
import type { Audience, AudienceMatch, AudiencePreview, AudienceQuery } from '../audience/audience.ts';
import { SqliteBehaviourRepository } from '../behaviour/sqlite-behaviour.repository.ts';
import { SqliteEngagementRepository } from '../engagement/sqlite-engagement.repository.ts';
import { PastReader } from '../audience/past-reader.ts';
import type { AskedPast } from '../audience/filter.ts';
import { SqliteAudienceReader } from '../audience/sqlite-audience-reader.ts';
import { tagsToText } from '../field-kinds.ts';
import { Rows, type AnyRecord } from '../field-table.ts';
import { writeLedger } from '../ledger/sqlite-token-ledger.ts';
import type { LedgerLine } from '../ledger/token-ledger.ts';
import { TokenTaken } from '../registry-errors.ts';
import { dropEqualUser, registryMigrations } from '../registry.migrations.ts';
import { tokenKeyOf, fingerprintIn } from '../token/token.ts';
import { sqliteUsersById } from '../user/sqlite-user.repository.ts';
import type { UsersById } from '../user/user.repository.ts';
import type { User } from '../user/user.ts';
import { InstallationRepository, type InstallationTally } from './installation.repository.ts';
import { installationTable, type Installation } from './installation.ts';
import { idleSince } from './retire-installations.ts';
import type { RecipientQuery } from './recipient-columns.ts';
import { SqliteRecipients } from './sqlite-recipients.ts';

type Tuple = readonly SQLOutputValue[];

const rows = new Rows(installationTable);

/** In the order of `toRow`: the table's own, then those that queries need and nobody says. */
const columns: readonly string[] = [...rows.columns, 'token_key', 'has_token', 'claim_at', 'details', 'expires_at', 'idle_since'];

const all = columns.join(', ');
const insert = `INSERT INTO installations (${all}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (key) DO NOTHING`;
// key, id and app come first and never change
const identity = 3;
const updateOf = (some: readonly string[]) =>
  `UPDATE installations SET ${some.map((column) => `${column} = ?`).join(', ')} WHERE key = ? AND revision = ?`;
const update = updateOf(columns.slice(identity));
/** An index or a trigger goes by these; a write that leaves them out touches the row alone, in one page. */
const watched: ReadonlySet<string> = new Set([
  'user_id', 'user_revision', 'subscription', 'provider', 'token_key', 'has_token', 'claim_at', 'deleted_at',
]); // prettier-ignore
const quietPlaces = columns.flatMap((column, at) => (at < identity || watched.has(column) ? [] : [at]));
const quietUpdate = updateOf(quietPlaces.map((at) => columns[at] ?? ''));
const byKey = `SELECT ${all} FROM installations WHERE key = ?`;
const byKeys = `SELECT ${all} FROM installations WHERE key IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL ORDER BY key`;
const withKeys = `SELECT ${all} FROM installations WHERE key IN (SELECT value FROM json_each(?))`;
const byToken = `SELECT ${all} FROM installations WHERE token_key = ?`;
const byUser = `SELECT ${all} FROM installations WHERE app = ? AND user_id = ? ORDER BY key LIMIT ?`;
const uninstalled = `SELECT ${all} FROM installations
  WHERE app = ? AND user_id IN (SELECT value FROM json_each(?)) AND deleted_at IS NULL AND details ->> '$.uninstalledAt' IS NOT NULL ORDER BY key`;
const behind = 'app = ?1 AND user_id = ?2 AND user_revision < ?3';
const anyBehind = `SELECT 1 FROM installations WHERE ${behind} LIMIT 1`;
const copy = `
  UPDATE installations SET user_revision = ?3, external_id = ?4, subscription = ?5, user_tags = ?6, user_attributes = ?7, revision = revision + 1,
    idle_since = CASE WHEN ?4 IS NULL OR has_token THEN idle_since END
  WHERE key IN (SELECT key FROM installations WHERE ${behind} LIMIT ?8)`;
const isAhead = 'SELECT 1 FROM users_ahead WHERE app = ? AND user_id = ?';
const claims = `SELECT ${all} FROM installations WHERE claim_at < ? ORDER BY claim_at LIMIT ?`;
// over the claims, which are few at any time
const claimant = `SELECT ${all} FROM installations INDEXED BY installations_claim
  WHERE claim_at > 0 AND app = ? AND provider = ? AND json_extract(details, '$.claim.fingerprint') = ? LIMIT 1`;
const expired = `SELECT ${all} FROM installations WHERE expires_at <= ? ORDER BY expires_at LIMIT ?`;
const idle = `SELECT ${all} FROM installations WHERE idle_since < ? ORDER BY idle_since LIMIT ?`;
const dropTombstones = 'DELETE FROM installations WHERE key IN (SELECT key FROM installations WHERE deleted_at < ? LIMIT ?)';
const nonEmpty = 'SELECT app, provider, has_token, installations FROM installation_tallies WHERE installations > 0';
const sumOfApp = 'SELECT sum(installations) AS n FROM installation_tallies WHERE app = ?';

/** Installations copied to in one write. */
const copyStep = 500;

export class SqliteInstallationRepository extends InstallationRepository {
  readonly #pasts: PastReader;
  readonly #audiences: SqliteAudienceReader;
  readonly #recipients: SqliteRecipients;

  constructor(
    private readonly store: SqliteStore,
    private readonly log: SqliteEventLog,
  ) {
    super();
    store.migrate(registryMigrations);
    this.#pasts = new PastReader(new SqliteBehaviourRepository(store), new SqliteEngagementRepository(store));
    this.#audiences = new SqliteAudienceReader(store);
    const usersById: UsersById = (app, userIds) => sqliteUsersById(store, app, userIds);
    this.#recipients = new SqliteRecipients(store, usersById);
  }

  async findById(app: string, id: string): Promise<Installation | undefined> {
    const found = await this.findWithTombstone(app, id);
    return found?.deletedAt === null ? found : undefined;
  }

  async findWithTombstone(app: string, id: string): Promise<Installation | undefined> {
    const tuple = this.store.sql(byKey).tuple(installationKey(app, id));
    return tuple && fromTuple(tuple);
  }

  async findByKeys(keys: readonly string[]): Promise<readonly Installation[]> {
    return this.store.sql(byKeys).tuples(JSON.stringify(keys)).map(fromTuple);
  }

  async readRecipients(query: RecipientQuery) {
    return this.#recipients.read(query);
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

  async findUninstalled(app: string, userIds: readonly string[]): Promise<readonly Installation[]> {
    return this.store.sql(uninstalled).tuples(app, JSON.stringify(userIds)).map(fromTuple);
  }

  async save(
    installation: Installation,
    events: readonly DomainEvent[],
    ledger: readonly LedgerLine[],
    before?: Installation,
  ): Promise<void> {
    await this.store.write(() => {
      writeInstallation(this.store, installation, before);
      writeLedger(this.store, ledger);
      this.log.append(events);
    });
  }

  async copyUser(user: User): Promise<number> {
    let copied = 0;
    while (this.store.sql(anyBehind).get(user.app, user.userId, user.revision)) {
      copied += await this.store.write(() => copyUserToSome(this.store, user));
    }
    // Whoever made the last copy equal may have been another call.
    if (this.store.sql(isAhead).get(user.app, user.userId)) await this.store.write(() => { dropWhenEqual(this.store, user); }); // prettier-ignore
    return copied;
  }

  async findClaimant(app: string, provider: ProviderName, fingerprint: string): Promise<Installation | undefined> {
    const tuple = this.store.sql(claimant).tuple(app, provider, fingerprint);
    return tuple && fromTuple(tuple);
  }

  async findClaims(olderThan: number, limit: number): Promise<readonly Installation[]> {
    return this.store.sql(claims).tuples(olderThan, limit).map(fromTuple);
  }

  async findOverdue(expiredBy: number, idleBefore: number, limit: number): Promise<readonly Installation[]> {
    return [...this.store.sql(expired).tuples(expiredBy, limit), ...this.store.sql(idle).tuples(idleBefore, limit)].map(fromTuple);
  }

  async dropTombstones(before: number, limit: number): Promise<number> {
    return this.store.write(() => Number(this.store.sql(dropTombstones).run(before, limit).changes));
  }

  async count(app: string): Promise<number> {
    return Number(this.store.sql(sumOfApp).get(app)?.['n'] ?? 0);
  }

  async tally(): Promise<readonly InstallationTally[]> {
    return this.store
      .sql(nonEmpty)
      .all()
      .map((row) => ({
        app: row['app'] as string,
        provider: row['provider'] as ProviderName,
        withToken: row['has_token'] === 1,
        installations: row['installations'] as number,
      }));
  }

  async select(query: AudienceQuery): Promise<AudienceMatch> {
    return this.#audiences.select(query);
  }

  async countSelected(app: string, audience: Audience, firstSeenUntil: number | null): Promise<number> {
    return this.#audiences.count(app, audience, firstSeenUntil);
  }

  async findPasts(app: string, userIds: readonly string[], asked: AskedPast) {
    return this.#pasts.ofUsers(app, userIds, asked);
  }

  async preview(app: string, audience: Audience, firstSeenUntil: number | null): Promise<AudiencePreview> {
    return this.#audiences.preview(app, audience, firstSeenUntil);
  }
}

/** Inside a write: the installation, on its stored revision. Throws StaleRevision, TokenTaken. */
export function writeInstallation(store: SqliteStore, installation: Installation, before: Installation | undefined): void {
  const row = toRow(installation);
  const isQuiet = before !== undefined && isWatchedSame(before, installation);
  try {
    const { changes: written } =
      installation.revision === 1
        ? store.sql(insert).run(...row)
        : store
            .sql(isQuiet ? quietUpdate : update)
            .run(
              ...(isQuiet ? quietPlaces.map((at) => row[at] ?? null) : row.slice(identity)),
              installation.key,
              installation.revision - 1,
            );
    if (written === 0) throw new StaleRevision(installation.key);
    if (!isQuiet && installation.revision > 1) dropWhenEqual(store, installation);
  } catch (error) {
    throw isUniqueClash(error) ? new TokenTaken(installation.tokenFingerprint ?? '', { cause: error }) : error;
  }
}

/** Inside a write: the user's fields to at most 500 of its installations that are behind. Answers how many. */
export function copyUserToSome(store: SqliteStore, { app, userId, revision, externalId, subscription, tags, attributes }: User): number {
  const copies = [subscription, tagsToText(tags), JSON.stringify(attributes)];
  const copied = Number(store.sql(copy).run(app, userId, revision, externalId, ...copies, copyStep).changes);
  if (copied < copyStep) dropWhenEqual(store, { app, userId });
  return copied;
}

/** Inside a write: the user is not ahead of its installations any more, if that is so. */
function dropWhenEqual(store: SqliteStore, { app, userId }: Pick<User, 'app' | 'userId'>): void {
  store.sql(dropEqualUser).run(app, userId);
}

/** Of whole rows, tombstones too. */
export function installationsWith(store: SqliteStore, keys: readonly string[]): readonly Installation[] {
  return store.sql(withKeys).tuples(JSON.stringify(keys)).map(fromTuple);
}

/** Whether a write leaves everything as it is that an index or a trigger goes by. */
function isWatchedSame(before: Installation, after: Installation): boolean {
  return (
    before.userId === after.userId &&
    before.userRevision === after.userRevision &&
    before.subscription === after.subscription &&
    before.provider === after.provider &&
    before.tokenFingerprint === after.tokenFingerprint &&
    (before.token === null) === (after.token === null) &&
    before.claim?.at === after.claim?.at &&
    before.deletedAt === after.deletedAt
  );
}

function toRow(installation: Installation): SQLInputValue[] {
  const { app, provider, token, tokenFingerprint, claim } = installation;
  return [
    ...rows.values(installation),
    tokenFingerprint === null ? null : tokenKeyOf(app, provider, tokenFingerprint),
    token === null ? 0 : 1,
    claim?.at ?? null,
    JSON.stringify(rows.details(installation)),
    installation.expiresAt,
    idleSince(installation),
  ];
}

/** Of a row of `columns`. */
function fromTuple(tuple: Tuple): Installation {
  const tokenKey = tuple[rows.columns.length] as string | null;
  const record = rows.read(tuple, JSON.parse(tuple[rows.columns.length + 3] as string) as AnyRecord);
  record['tokenFingerprint'] = tokenKey === null ? null : fingerprintIn(tokenKey);
  return record as unknown as Installation;
}
