import { StaleRevision, crashPoint, installationKey } from '#libs/kernel';
import type { CollectionOutbox, Outbox, OutboxEntry } from '#libs/messaging';
import { isDuplicateKey, setOrUnset, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { ledgerWriter, lineDocument } from '../ledger/mongo-token-ledger.ts';
import { fieldsOf, fromDocument, installationsCollection, type InstallationDocument } from '../installation/mongo-installation-document.ts';
import { withoutOutbox, type ImportStamp } from '../mongo-document.ts';
import { fingerprintIn, tokenKeyOf } from '../token/token.ts';
import { usersCollection, type UserDocument } from '../user/mongo-user-document.ts';
import { userFieldsOf, userFrom, userKeyOf } from '../user/mongo-user.repository.ts';
import { followMerges } from '../user/user.repository.ts';
import type { User } from '../user/user.ts';
import { documentOf, jobFrom, progressOf } from './import-document.ts';
import type { ImportJob, ImportOutcome, ImportProblem } from './import-job.ts';
import { committed } from './import-lines.ts';
import { importProblemsCollection, importsCollection, type ImportDocument, type ProblemDocument } from './mongo-import-document.ts';
import {
  ImportRepository,
  placed,
  type ImportAnswer,
  type ImportCommit,
  type ImportQuestion,
  type ImportedInstallation,
  type ImportedUser,
  type PlacedProblem,
  type ProblemPlace,
} from './import.repository.ts';

type ClaimDocument = Pick<InstallationDocument, 'id' | 'provider'> & {
  readonly details: { readonly claim: { readonly fingerprint: string } };
};
const claimFields = { id: 1, provider: 1, 'details.claim.fingerprint': 1 };

/**
 * Without a transaction: people, then installations with their ledger lines, then problems, then the import's step. A document that lines have written says
 * which (`imported`), so that a commit which a crash cut off is found out about when it is tried again.
 */
export class MongoImportRepository extends ImportRepository {
  readonly #imports: Model<ImportDocument>;
  readonly #problems: Model<ProblemDocument>;
  readonly #installations: Model<InstallationDocument>;
  readonly #users: Model<UserDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#imports = store.model(importsCollection);
    this.#problems = store.model(importProblemsCollection);
    this.#installations = store.model(installationsCollection);
    this.#users = store.model(usersCollection);
    this.#outbox = outbox.of(installationsCollection, ledgerWriter(store));
  }

  async insert(job: ImportJob): Promise<void> {
    const { id, app, state, createdAt, revision, step } = job;
    const document = { _id: id, app, state, createdAt, revision, step, job: documentOf(job), progress: progressOf(job) };
    await this.#imports.insertMany([document], { lean: true }).catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
  }

  async findById(app: string, id: string): Promise<ImportJob | undefined> {
    const found = await this.#imports.findOne({ _id: id, app }).lean<ImportDocument>();
    return found ? fromImport(found) : undefined;
  }

  async list(app: string, limit: number): Promise<readonly ImportJob[]> {
    const found = await this.#imports.find({ app }).sort({ createdAt: -1 }).limit(limit).lean<ImportDocument[]>();
    return found.map(fromImport);
  }

  async save(job: ImportJob): Promise<void> {
    const { id, state, revision } = job;
    const { matchedCount } = await this.#imports.updateOne(
      { _id: id, revision: revision - 1 },
      { $set: { state, revision, job: documentOf(job) } },
    );
    if (matchedCount === 0) throw new StaleRevision(id);
  }

  async findRunning(): Promise<ImportJob | undefined> {
    const found = await this.#imports.findOne({ state: 'running' }).sort({ createdAt: 1 }).lean<ImportDocument>();
    return found ? fromImport(found) : undefined;
  }

  async findOld(before: number, limit: number): Promise<readonly ImportJob[]> {
    const found = await this.#imports
      .find({ createdAt: { $lt: before } })
      .sort({ createdAt: 1 })
      .limit(limit)
      .lean<ImportDocument[]>();
    return found.filter(({ state }) => state !== 'running').map(fromImport);
  }

  /** The step is read last: while it is the one before, no later commit has touched what was read here. */
  async look(job: ImportJob, part: number, { app, ids, tokens, externalIds }: ImportQuestion): Promise<ImportAnswer> {
    const keys = ids.map((id) => installationKey(app, id));
    const tokenKeys = tokens.map(({ provider, fingerprint }) => tokenKeyOf(app, provider, fingerprint));
    const userKeys = externalIds.map((externalId) => userKeyOf(app, externalId));
    const [installations, holders, users] = await Promise.all([
      this.#installations.find({ _id: { $in: keys } }, withoutOutbox).lean<InstallationDocument[]>(),
      this.#installations
        .find({ tokenKey: { $in: tokenKeys } }, { id: 1, provider: 1, tokenKey: 1 })
        .lean<Pick<InstallationDocument, 'id' | 'provider' | 'tokenKey'>[]>(),
      userKeys.length === 0 ? [] : this.#users.find({ externalKey: { $in: userKeys } }, withoutOutbox).lean<UserDocument[]>(),
    ]);
    // After the holders: a claim is stored before its holder lets go, so that one of the two reads finds whose the token is.
    const claimants = await this.#installations
      .find({ claimAt: { $gt: 0 }, app, 'details.claim.fingerprint': { $in: tokens.map(({ fingerprint }) => fingerprint) } }, claimFields)
      .lean<ClaimDocument[]>();
    const stored = await this.#imports.findOne({ _id: job.id }, { step: 1 }).lean<Pick<ImportDocument, 'step'>>();
    if (stored?.step !== job.step) throw new StaleRevision(job.id);
    const stamped = [...installations, ...users].map(({ imported }) => imported);
    const items = itemsOf(stamped, `${job.id}:${part}`);
    const followed = await followMerges(users.map(userFrom), this.#usersWith);
    return {
      installations: new Map(installations.map((document) => [document.id, fromDocument(document)])),
      holders: new Map([
        ...claimants.map(({ id, provider, details }) => [`${provider}:${details.claim.fingerprint}`, id] as const),
        ...holders.map(({ id, provider, tokenKey }) => [`${provider}:${fingerprintIn(tokenKey ?? '')}`, id] as const),
      ]),
      users: new Map(users.flatMap(({ externalId }, at) => pairOf(externalId, followed[at]))),
      applied: new Map(items.filter((item): item is [string, ImportOutcome] => item[1] !== '')),
      usersApplied: new Set(itemsOf(users.map(({ imported }) => imported), `${job.id}:${part}`).map(([ref]) => ref)), // prettier-ignore
    };
  }

  async commit(commit: ImportCommit): Promise<void> {
    const { job, users, installations, problems, position } = commit;
    const of = `${job.id}:${position.part}`;
    await this.#write(this.#users, users.map((user) => userWrite(user, of)), job.id); // prettier-ignore
    crashPoint('import.users.after');
    await this.#write(this.#installations, installations.map((one) => this.#installationWrite(one, of)), job.id); // prettier-ignore
    const lines = installations.flatMap(({ ledger }) => ledger);
    const told = installations.map(({ installation, ledger }) => ({ _id: installation.key, ids: ledger.map(({ id }) => id) }));
    await this.#outbox.deliverLines(
      told.filter(({ ids }) => ids.length > 0),
      lines.map((line) => ({ ...lineDocument(line) })),
    );
    crashPoint('import.installations.after');
    for (const { user } of users) if (user.revision > 1) await this.#copy(user);
    await this.#addProblems(job.id, problems);
    const { matchedCount } = await this.#imports.updateOne(
      { _id: job.id, step: job.step },
      { $set: { step: job.step + 1, progress: progressOf(committed(commit)) } },
    );
    if (matchedCount === 0) throw new StaleRevision(job.id);
  }

  async problems(id: string, after: ProblemPlace | undefined, limit: number): Promise<readonly PlacedProblem[]> {
    const found = await this.#problems
      .find({ _id: { $gt: after ? problemId(id, after) : `${id}:`, $lt: `${id}:\uffff` } })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<ProblemDocument[]>();
    return found.map(({ _id, problem }) => {
      const [, part, line, index] = _id.split(':').map(Number);
      return { place: { part: part ?? 0, line: line ?? 0, index: index ?? 0 }, problem };
    });
  }

  async remove({ id }: ImportJob): Promise<void> {
    await this.#imports.deleteOne({ _id: id });
    await this.#problems.deleteMany({ _id: { $gt: `${id}:`, $lt: `${id}:\uffff` } });
  }

  /** Throws StaleRevision where not every document was as it was read. */
  async #write<T>(documents: Model<T>, writes: readonly Write[], id: string): Promise<void> {
    if (writes.length === 0) return;
    try {
      const { matchedCount, upsertedCount } = await documents.bulkWrite(writes as never, { ordered: false });
      if (matchedCount + upsertedCount < writes.length) throw new StaleRevision(id);
    } catch (error) {
      const isTaken = isDuplicateKey(error) || isDuplicateKey(error, 'tokenKey') || isDuplicateKey(error, 'externalKey');
      throw isTaken ? new StaleRevision(id, { cause: error }) : error;
    }
  }

  #installationWrite({ installation, ledger, outcomes }: ImportedInstallation, of: string): Write {
    const entries = ledger.map((line): OutboxEntry => ({ id: line.id, kind: 'line', line: { ...lineDocument(line) } }));
    const stamp = stampOf(of, outcomes);
    return write(installation.key, { ...fieldsOf(installation) }, installation.revision, stamp, this.#outbox.additions(entries));
  }

  /** The user's fields to its other installations, as every change of a user does. */
  async #copy({ app, userId, revision, subscription, tags, attributes }: User): Promise<void> {
    const copies = { userRevision: revision, subscription, userTags: tags, userAttributes: attributes };
    await this.#installations.updateMany({ app, userId, userRevision: { $lt: revision } }, { $set: copies, $inc: { revision: 1 } });
  }

  async #addProblems(id: string, problems: readonly ImportProblem[]): Promise<void> {
    const writes = placed(problems).map(({ place, problem }) => ({
      updateOne: { filter: { _id: problemId(id, place) }, update: { $set: { problem } }, upsert: true },
    }));
    if (writes.length > 0) await this.#problems.bulkWrite(writes, { ordered: false });
  }

  readonly #usersWith = async (app: string, userIds: readonly string[]): Promise<readonly User[]> => {
    const keys = userIds.map((userId) => userKeyOf(app, userId));
    return (await this.#users.find({ _id: { $in: keys } }, withoutOutbox).lean<UserDocument[]>()).map(userFrom);
  };
}

interface Write {
  readonly updateOne: { readonly filter: object; readonly update: object; readonly upsert: boolean };
}

/** An anonymous user's id follows from its line: one that is there already is the very same. */
function userWrite({ user, items }: ImportedUser, of: string): Write {
  if (user.externalId === null) {
    const { $set } = setOrUnset({ ...userFieldsOf(user) });
    return { updateOne: { filter: { _id: userKeyOf(user.app, user.userId) }, update: { $setOnInsert: $set }, upsert: true } };
  }
  return write(userKeyOf(user.app, user.userId), { ...userFieldsOf(user) }, user.revision, stampOf(of, items), {});
}

function write(_id: string, fields: Readonly<Record<string, unknown>>, revision: number, imported: ImportStamp, additions: object): Write {
  const isFirst = revision === 1;
  const { $set, $unset } = setOrUnset(fields);
  const update = { $set: { ...$set, imported }, ...($unset && !isFirst && { $unset }), ...additions };
  return { updateOne: { filter: { _id, revision: revision - 1 }, update, upsert: isFirst } };
}

function stampOf(of: string, items: ReadonlyMap<string, ImportOutcome | null>): ImportStamp {
  return { of, items: [...items].map(([ref, outcome]) => `${ref}=${outcome ?? ''}`) };
}

function itemsOf(stamps: readonly (ImportStamp | undefined)[], of: string): [ref: string, outcome: ImportOutcome | ''][] {
  return stamps.flatMap((stamp) => (stamp?.of === of ? stamp.items.map((item) => item.split('=') as [string, ImportOutcome | '']) : []));
}

function pairOf(externalId: string | undefined, user: User | undefined): [string, User][] {
  return externalId === undefined || !user ? [] : [[externalId, user]];
}

function problemId(id: string, { part, line, index }: ProblemPlace): string {
  return [id, pad(part, 5), pad(line, 10), pad(index, 4)].join(':');
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

function fromImport({ _id: id, app, revision, step, job, progress }: ImportDocument): ImportJob {
  return jobFrom({ id, app, revision, step }, job, progress);
}
