import { StaleRevision, installationKey } from '#libs/kernel';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { copyUserToSome, installationsWith, writeInstallation } from '../installation/sqlite-installation.repository.ts';
import { writeLedger } from '../ledger/sqlite-token-ledger.ts';
import { TokenTaken, ExternalIdTaken } from '../registry-errors.ts';
import { registryMigrations } from '../registry.migrations.ts';
import { fingerprintIn, tokenKeyOf } from '../token/token.ts';
import { type SqliteUserRepository, writeUser } from '../user/sqlite-user.repository.ts';
import type { UserRepository } from '../user/user.repository.ts';
import type { ImportJob, ImportProblem } from './import-job.ts';
import { documentOf, jobFrom, progressOf, type JobDocument, type JobProgress } from './import-document.ts';
import { committed } from './import-lines.ts';
import {
  ImportRepository,
  placed,
  type ImportAnswer,
  type ImportCommit,
  type ImportQuestion,
  type PlacedProblem,
  type ProblemPlace,
} from './import.repository.ts';

const columns = 'id, app, revision, step, document, progress';
const insert = `INSERT INTO imports (${columns}, state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const byId = `SELECT ${columns} FROM imports WHERE id = ? AND app = ?`;
const ofApp = `SELECT ${columns} FROM imports WHERE app = ? ORDER BY created_at DESC LIMIT ?`;
const update = 'UPDATE imports SET state = ?, revision = ?, document = ? WHERE id = ? AND revision = ?';
const running = `SELECT ${columns} FROM imports WHERE state = 'running' ORDER BY created_at LIMIT 1`;
const old = `SELECT ${columns} FROM imports WHERE created_at < ? AND state <> 'running' ORDER BY created_at LIMIT ?`;
const advance = 'UPDATE imports SET step = step + 1, progress = ? WHERE id = ? AND step = ?';
const holders = 'SELECT id, token_key, provider FROM installations WHERE token_key IN (SELECT value FROM json_each(?))';
const claimants = `
  SELECT id, provider || ':' || json_extract(details, '$.claim.fingerprint') AS claimed FROM installations INDEXED BY installations_claim
  WHERE claim_at > 0 AND app = ? AND claimed IN (SELECT value FROM json_each(?))`;
const addProblem = 'INSERT INTO import_problems (import, part, line, "index", document) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
const problemsAfter = `
  SELECT part, line, "index", document FROM import_problems WHERE import = ? AND (part, line, "index") > (?, ?, ?)
  ORDER BY part, line, "index" LIMIT ?`;
const remove = 'DELETE FROM imports WHERE id = ?';
const removeProblems = `
  DELETE FROM import_problems WHERE (import, part, line, "index") IN
    (SELECT import, part, line, "index" FROM import_problems WHERE import = ? LIMIT 1000)`;

/** A commit of lines is one transaction, so that nothing of it is ever found half. */
export class SqliteImportRepository extends ImportRepository {
  readonly #users: UserRepository;

  constructor(
    private readonly store: SqliteStore,
    users: SqliteUserRepository,
  ) {
    super();
    store.migrate(registryMigrations);
    this.#users = users;
  }

  async insert(job: ImportJob): Promise<void> {
    const { id, app, revision, step, state, createdAt } = job;
    const [document, progress] = [JSON.stringify(documentOf(job)), JSON.stringify(progressOf(job))];
    await this.store.write(() => this.store.sql(insert).run(id, app, revision, step, document, progress, state, createdAt));
  }

  async findById(app: string, id: string): Promise<ImportJob | undefined> {
    const tuple = this.store.sql(byId).tuple(id, app);
    return tuple && fromTuple(tuple);
  }

  async list(app: string, limit: number): Promise<readonly ImportJob[]> {
    return this.store.sql(ofApp).tuples(app, limit).map(fromTuple);
  }

  async save(job: ImportJob): Promise<void> {
    const { id, state, revision } = job;
    await this.store.write(() => {
      const { changes } = this.store.sql(update).run(state, revision, JSON.stringify(documentOf(job)), id, revision - 1);
      if (changes === 0) throw new StaleRevision(id);
    });
  }

  async findRunning(): Promise<ImportJob | undefined> {
    const tuple = this.store.sql(running).tuple();
    return tuple && fromTuple(tuple);
  }

  async findOld(before: number, limit: number): Promise<readonly ImportJob[]> {
    return this.store.sql(old).tuples(before, limit).map(fromTuple);
  }

  async look(_job: ImportJob, _part: number, { app, ids, tokens, externalIds }: ImportQuestion): Promise<ImportAnswer> {
    const installations = installationsWith(this.store, ids.map((id) => installationKey(app, id))); // prettier-ignore
    const keys = tokens.map(({ provider, fingerprint }) => tokenKeyOf(app, provider, fingerprint));
    const held = this.store.sql(holders).tuples(JSON.stringify(keys)) as [string, string, string][];
    const names = tokens.map(({ provider, fingerprint }) => `${provider}:${fingerprint}`);
    const claimed = this.store.sql(claimants).tuples(app, JSON.stringify(names)) as [string, string][];
    return {
      installations: new Map(installations.map((one) => [one.id, one])),
      holders: new Map([
        ...claimed.map(([id, name]) => [name, id] as const),
        ...held.map(([id, tokenKey, provider]) => [`${provider}:${fingerprintIn(tokenKey)}`, id] as const),
      ]),
      users: externalIds.length === 0 ? new Map() : await this.#users.findByExternalIds(app, externalIds),
      applied: new Map(),
      usersApplied: new Set(),
    };
  }

  async commit(commit: ImportCommit): Promise<void> {
    const { job, users, installations, problems } = commit;
    const progress = JSON.stringify(progressOf(committed(commit)));
    await this.store.write(() => {
      if (this.store.sql(advance).run(progress, job.id, job.step).changes === 0) throw new StaleRevision(job.id);
      try {
        for (const { user } of users) writeUser(this.store, user);
        for (const { installation, before, ledger } of installations) {
          writeInstallation(this.store, installation, before);
          writeLedger(this.store, ledger);
        }
      } catch (error) {
        const isTaken = error instanceof TokenTaken || error instanceof ExternalIdTaken || isUniqueClash(error);
        throw isTaken ? new StaleRevision(job.id, { cause: error }) : error;
      }
      for (const { user } of users) if (user.revision > 1) while (copyUserToSome(this.store, user) > 0);
      for (const { place, problem } of placed(problems)) {
        this.store.sql(addProblem).run(job.id, place.part, place.line, place.index, JSON.stringify(problem));
      }
    });
  }

  async problems(id: string, after: ProblemPlace | undefined, limit: number): Promise<readonly PlacedProblem[]> {
    const { part, line, index } = after ?? { part: -1, line: -1, index: -1 };
    const found = this.store.sql(problemsAfter).tuples(id, part, line, index, limit) as [number, number, number, string][];
    return found.map(([ofPart, ofLine, at, document]) => ({
      place: { part: ofPart, line: ofLine, index: at },
      problem: JSON.parse(document) as ImportProblem,
    }));
  }

  async remove({ id }: ImportJob): Promise<void> {
    await this.store.write(() => this.store.sql(remove).run(id));
    while ((await this.store.write(() => this.store.sql(removeProblems).run(id).changes)) > 0);
  }
}

function fromTuple(tuple: readonly SQLOutputValue[]): ImportJob {
  const [id, app, revision, step, document, progress] = tuple as [string, string, number, number, string, string];
  return jobFrom({ id, app, revision, step }, JSON.parse(document) as JobDocument, JSON.parse(progress) as JobProgress);
}
