import { StaleRevision } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { registryMigrations } from '../registry.migrations.ts';
import { ErasureRepository, waitingServices, type ErasurePlace } from './erasure.repository.ts';
import type { Erasure } from './erasure.ts';

const insert = `INSERT INTO erasures (id, app, person, created_at, due_at, waiting_for, revision, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const byId = 'SELECT document FROM erasures WHERE id = ? AND app = ?';
const byPerson = 'SELECT document FROM erasures WHERE app = ? AND person = ? ORDER BY created_at DESC LIMIT 1';
const list = 'SELECT document FROM erasures WHERE app = ? AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT ?';
const update = 'UPDATE erasures SET due_at = ?, waiting_for = ?, revision = ?, document = ? WHERE id = ? AND revision = ?';
const due = 'SELECT document FROM erasures WHERE due_at <= ? AND instr(waiting_for, ?) > 0 ORDER BY due_at LIMIT ?'; // few are unfinished

export class SqliteErasureRepository extends ErasureRepository {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async insertOnce(erasure: Erasure): Promise<Erasure> {
    const { id, app, person, createdAt, dueAt, revision } = erasure;
    const values = [id, app, person, createdAt, dueAt, waitingFor(erasure), revision, JSON.stringify(erasure)] as const;
    await this.store.write(() => this.store.sql(insert).run(...values));
    return (await this.findById(app, id)) ?? erasure;
  }

  async findById(app: string, id: string): Promise<Erasure | undefined> {
    return erasureFrom(this.store.sql(byId).get(id, app));
  }

  async findByPerson(app: string, person: string): Promise<Erasure | undefined> {
    return erasureFrom(this.store.sql(byPerson).get(app, person));
  }

  async list(app: string, limit: number, { createdAt, id }: ErasurePlace = { createdAt: Number.MAX_SAFE_INTEGER, id: '' }) {
    return this.store
      .sql(list)
      .all(app, createdAt, id, limit)
      .map((row) => JSON.parse(String(row['document'])) as Erasure);
  }

  async save(erasure: Erasure): Promise<void> {
    const { id, dueAt, revision } = erasure;
    await this.store.write(() => {
      const { changes } = this.store.sql(update).run(dueAt, waitingFor(erasure), revision, JSON.stringify(erasure), id, revision - 1);
      if (changes === 0) throw new StaleRevision(id);
    });
  }

  async findDue(service: string, now: number, limit: number): Promise<readonly Erasure[]> {
    const rows = this.store.sql(due).all(now, `|${service}|`, limit);
    return rows.map((row) => JSON.parse(String(row['document'])) as Erasure);
  }
}

function waitingFor(erasure: Erasure): string {
  return `|${waitingServices(erasure).join('|')}|`;
}

function erasureFrom(row: Record<string, unknown> | undefined): Erasure | undefined {
  return row && (JSON.parse(String(row['document'])) as Erasure);
}
