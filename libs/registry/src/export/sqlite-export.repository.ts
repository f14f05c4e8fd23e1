import { StaleRevision } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { setImmediate } from 'node:timers/promises';
import { ledgerLinesAfter } from '../ledger/sqlite-token-ledger.ts';
import type { LedgerLine } from '../ledger/token-ledger.ts';
import { registryMigrations } from '../registry.migrations.ts';
import type { ExportJob } from './export-job.ts';
import { ExportRepository } from './export.repository.ts';

const insert = 'INSERT INTO exports (id, app, state, created_at, lease_until, revision, document) VALUES (?, ?, ?, ?, ?, ?, ?)';
const byId = 'SELECT document FROM exports WHERE id = ? AND app = ?';
const update = 'UPDATE exports SET state = ?, lease_until = ?, revision = ?, document = ? WHERE id = ? AND revision = ?';
const running = `SELECT document FROM exports WHERE state = 'running' AND lease_until <= ? ORDER BY created_at LIMIT 1`;
const count = `SELECT count(*) AS n FROM exports WHERE state = 'running' AND app = ?`;
const old = 'SELECT document FROM exports WHERE created_at < ? ORDER BY created_at LIMIT ?';
const remove = 'DELETE FROM exports WHERE id = ?';

/** Rows read at once: what they hold the process for is a few milliseconds. */
const step = 500;

export class SqliteExportRepository extends ExportRepository {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async insert(job: ExportJob): Promise<void> {
    const { id, app, state, createdAt, leaseUntil, revision } = job;
    await this.store.write(() => this.store.sql(insert).run(id, app, state, createdAt, leaseUntil, revision, JSON.stringify(job)));
  }

  async findById(app: string, id: string): Promise<ExportJob | undefined> {
    return this.#jobs(byId, id, app)[0];
  }

  async save(job: ExportJob): Promise<void> {
    const { id, state, leaseUntil, revision } = job;
    await this.store.write(() => {
      const { changes } = this.store.sql(update).run(state, leaseUntil, revision, JSON.stringify(job), id, revision - 1);
      if (changes === 0) throw new StaleRevision(id);
    });
  }

  async findRunning(now: number): Promise<ExportJob | undefined> {
    return this.#jobs(running, now)[0];
  }

  async countRunning(app: string): Promise<number> {
    return Number(this.store.sql(count).get(app)?.['n'] ?? 0);
  }

  async findOld(before: number, limit: number): Promise<readonly ExportJob[]> {
    return this.#jobs(old, before, limit);
  }

  async remove({ id }: ExportJob): Promise<void> {
    await this.store.write(() => this.store.sql(remove).run(id));
  }

  async *ledger(app: string): AsyncIterable<LedgerLine> {
    let after: LedgerLine | undefined;
    for (;;) {
      const lines = ledgerLinesAfter(this.store, app, after, step);
      yield* lines;
      if (lines.length < step) return;
      after = lines.at(-1);
      await setImmediate();
    }
  }

  #jobs(sql: string, ...parameters: (string | number)[]): ExportJob[] {
    return this.store
      .sql(sql)
      .all(...parameters)
      .map(({ document }) => JSON.parse(String(document)) as ExportJob);
  }
}
