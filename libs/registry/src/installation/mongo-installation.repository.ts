import type { DomainEvent } from '#libs/events';
import { compareKeys, installationKey, type ProviderName } from '#libs/kernel';
import { entryOf, type CollectionOutbox, type Outbox, type OutboxEntry } from '#libs/messaging';
import { isDuplicateKey, type MongoStore } from '#libs/storage';
import type { Model, QueryFilter } from 'mongoose';
import { activityTokenEraser } from '../activity/mongo-activity-tokens.ts';
import type { Audience, AudienceMatch, AudiencePreview, AudienceQuery } from '../audience/audience.ts';
import { MongoBehaviourRepository } from '../behaviour/mongo-behaviour.repository.ts';
import { MongoEngagementRepository } from '../engagement/mongo-engagement.repository.ts';
import { PastReader } from '../audience/past-reader.ts';
import type { AskedPast } from '../audience/filter.ts';
import { MongoAudienceReader } from '../audience/mongo-audience-reader.ts';
import { ledgerWriter, lineDocument } from '../ledger/mongo-token-ledger.ts';
import type { LedgerLine } from '../ledger/token-ledger.ts';
import { withoutOutbox, writeRevision } from '../mongo-document.ts';
import { TokenTaken } from '../registry-errors.ts';
import { tokenKeyOf } from '../token/token.ts';
import { usersCollection } from '../user/mongo-user-document.ts';
import type { User } from '../user/user.ts';
import { InstallationRepository, type InstallationTally } from './installation.repository.ts';
import type { Installation } from './installation.ts';
import { fieldsOf, fromDocument, installationsCollection, type InstallationDocument } from './mongo-installation-document.ts';
import { MongoRecipients } from './mongo-recipients.ts';
import { RecipientColumns, type RecipientQuery } from './recipient-columns.ts';

export class MongoInstallationRepository extends InstallationRepository {
  readonly #installations: Model<InstallationDocument>;
  readonly #outbox: CollectionOutbox;
  readonly #eraseActivityTokens: ReturnType<typeof activityTokenEraser>;
  readonly #pasts: PastReader;
  readonly #audiences: MongoAudienceReader;
  readonly #recipients: MongoRecipients;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#installations = store.model(installationsCollection);
    this.#eraseActivityTokens = activityTokenEraser(store);
    this.#outbox = outbox.of(installationsCollection, ledgerWriter(store));
    this.#pasts = new PastReader(new MongoBehaviourRepository(store), new MongoEngagementRepository(store));
    this.#audiences = new MongoAudienceReader(this.#installations, this.#pasts);
    this.#recipients = new MongoRecipients(this.#installations, store.model(usersCollection));
  }

  async findById(app: string, id: string): Promise<Installation | undefined> {
    const found = await this.findWithTombstone(app, id);
    return found?.deletedAt === null ? found : undefined;
  }

  async findWithTombstone(app: string, id: string): Promise<Installation | undefined> {
    return this.#one({ _id: installationKey(app, id) });
  }

  async findByKeys(keys: readonly string[]): Promise<readonly Installation[]> {
    return this.#many(livingWith(keys), '_id', keys.length);
  }

  async readRecipients({ app, ids, extras }: RecipientQuery) {
    return RecipientColumns.of(ids, await this.#recipients.find(app, ids, extras));
  }

  async findByFingerprint(app: string, provider: ProviderName, fingerprint: string): Promise<Installation | undefined> {
    return this.#one({ tokenKey: tokenKeyOf(app, provider, fingerprint) });
  }

  async findByUser(app: string, userId: string, limit = 1_000): Promise<readonly Installation[]> {
    return this.#many({ app, userId }, '_id', limit);
  }

  async findUninstalled(app: string, userIds: readonly string[]): Promise<readonly Installation[]> {
    const gone = { app, userId: { $in: [...userIds] }, deletedAt: { $exists: false }, 'details.uninstalledAt': { $exists: true } };
    const found = await this.#installations.find(gone, withoutOutbox).lean<InstallationDocument[]>();
    return found.map(fromDocument).sort((a, b) => compareKeys(a.key, b.key));
  }

  async save(installation: Installation, events: readonly DomainEvent[], ledger: readonly LedgerLine[]): Promise<void> {
    const entries = [...ledger.map(lineEntry), ...events.map(entryOf)];
    try {
      await writeRevision(this.#installations, this.#outbox, installation.key, fieldsOf(installation), entries);
    } catch (error) {
      throw isDuplicateKey(error, 'tokenKey') ? new TokenTaken(installation.tokenFingerprint ?? '', { cause: error }) : error;
    }
    if (installation.deletedAt !== null) await this.#eraseActivityTokens(installation);
  }

  async copyUser({ app, userId, revision, externalId, subscription, tags, attributes }: User): Promise<number> {
    const copies = { userRevision: revision, subscription, userTags: tags, userAttributes: attributes };
    const named = externalId === null ? { $set: copies, $unset: { externalId: 1 } } : { $set: { ...copies, externalId } };
    const behind = { app, userId, userRevision: { $lt: revision } };
    // Whoever is known is not retired for silence (`idleSince`); a browser's token is.
    if (externalId !== null) await this.#installations.updateMany({ ...behind, hasToken: false }, { $unset: { idleSince: 1 } });
    return (await this.#installations.updateMany(behind, { ...named, $inc: { revision: 1 } })).modifiedCount;
  }

  /** Over the claims, which are few at any time. */
  async findClaimant(app: string, provider: ProviderName, fingerprint: string): Promise<Installation | undefined> {
    return this.#one({ claimAt: { $gt: 0 }, app, provider, 'details.claim.fingerprint': fingerprint });
  }

  async findClaims(olderThan: number, limit: number): Promise<readonly Installation[]> {
    return this.#many({ claimAt: { $lt: olderThan } }, 'claimAt', limit);
  }

  async findOverdue(expiredBy: number, idleBefore: number, limit: number): Promise<readonly Installation[]> {
    const expired = await this.#many({ expiryAt: { $lte: expiredBy } }, 'expiryAt', limit);
    return [...expired, ...(await this.#many({ idleSince: { $lt: idleBefore } }, 'idleSince', limit))];
  }

  async dropTombstones(before: number, limit: number): Promise<number> {
    const old = { deletedAt: { $lt: before }, outboxSince: { $exists: false } };
    const found = await this.#installations.find(old, { _id: 1 }).limit(limit).lean();
    if (found.length === 0) return 0;
    return (await this.#installations.deleteMany({ _id: { $in: found.map(({ _id }) => _id) }, ...old })).deletedCount;
  }

  async count(app: string): Promise<number> {
    const tallies = await tallyOfApp(this.#installations, app);
    return tallies.reduce((total, { installations }) => total + installations, 0);
  }

  async tally(): Promise<readonly InstallationTally[]> {
    return tallyInstallations(this.#installations);
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

  async #one(filter: QueryFilter<InstallationDocument>): Promise<Installation | undefined> {
    const found = await this.#installations.findOne(filter, withoutOutbox).lean<InstallationDocument>();
    return found ? fromDocument(found) : undefined;
  }

  async #many(
    filter: QueryFilter<InstallationDocument>,
    order: '_id' | 'claimAt' | 'expiryAt' | 'idleSince',
    limit: number,
  ): Promise<readonly Installation[]> {
    const found = await this.#installations
      .find(filter, withoutOutbox)
      .sort({ [order]: 1 })
      .limit(limit)
      .lean<InstallationDocument[]>();
    return found.map(fromDocument);
  }
}

function livingWith(keys: readonly string[]): QueryFilter<InstallationDocument> {
  return { _id: { $in: [...keys] }, deletedAt: { $exists: false } };
}

/** A line travels in the outbox of the installation it tells of. */
function lineEntry(line: LedgerLine): OutboxEntry {
  return { id: line.id, kind: 'line', line: { ...lineDocument(line) } };
}

type Installations = Model<InstallationDocument>;

interface Group {
  readonly _id: { readonly provider: ProviderName; readonly hasToken: boolean };
  readonly installations: number;
}

/** Counts of all apps, over a narrow index, one app after the other. */
async function tallyInstallations(installations: Installations): Promise<readonly InstallationTally[]> {
  const tallies: InstallationTally[] = [];
  for (let app = await appAfter(installations, ''); app !== undefined; app = await appAfter(installations, app)) {
    tallies.push(...(await tallyOfApp(installations, app)));
  }
  return tallies;
}

async function tallyOfApp(installations: Installations, app: string): Promise<readonly InstallationTally[]> {
  const groups = await installations.aggregate<Group>([
    { $match: { app, hasToken: { $in: [true, false] } } },
    { $group: { _id: { provider: '$provider', hasToken: '$hasToken' }, installations: { $sum: 1 } } },
  ]);
  return groups.map(({ _id: { provider, hasToken }, installations: counted }) => ({
    app,
    provider,
    withToken: hasToken,
    installations: counted,
  }));
}

async function appAfter(installations: Installations, app: string): Promise<string | undefined> {
  const found = await installations
    .findOne({ app: { $gt: app } }, { app: 1 })
    .sort({ app: 1 })
    .lean<Pick<InstallationDocument, 'app'>>();
  return found?.app;
}
