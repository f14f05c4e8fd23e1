import { StaleRevision } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { SQLOutputValue } from 'node:sqlite';
import { registryMigrations } from '../registry.migrations.ts';
import { OperationRepository } from './operation.repository.ts';
import type { Operation } from './operation.ts';

const insert =
  'INSERT INTO user_operations (id, app, created_at, due_at, revision, document) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING';
const byId = 'SELECT document FROM user_operations WHERE id = ? AND app = ?';
const update = 'UPDATE user_operations SET due_at = ?, revision = ?, document = ? WHERE id = ? AND revision = ?';
const due = 'SELECT document FROM user_operations WHERE due_at <= ? ORDER BY due_at LIMIT ?';
const drop = 'DELETE FROM user_operations WHERE id IN (SELECT id FROM user_operations WHERE created_at < ? LIMIT ?)';

export class SqliteOperationRepository extends OperationRepository {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(registryMigrations);
  }

  async insertOnce(operation: Operation): Promise<Operation> {
    const { id, app, createdAt, dueAt, revision } = operation;
    await this.store.write(() => this.store.sql(insert).run(id, app, createdAt, dueAt, revision, JSON.stringify(operation)));
    return (await this.findById(app, id)) ?? operation;
  }

  async findById(app: string, id: string): Promise<Operation | undefined> {
    const row = this.store.sql(byId).get(id, app);
    return row && operationFrom(row);
  }

  async save(operation: Operation): Promise<void> {
    const { id, dueAt, revision } = operation;
    await this.store.write(() => {
      const { changes } = this.store.sql(update).run(dueAt, revision, JSON.stringify(operation), id, revision - 1);
      if (changes === 0) throw new StaleRevision(id);
    });
  }

  async findDue(now: number, limit: number): Promise<readonly Operation[]> {
    return this.store.sql(due).all(now, limit).map(operationFrom);
  }

  async dropOld(before: number, limit: number): Promise<number> {
    return this.store.write(() => Number(this.store.sql(drop).run(before, limit).changes));
  }
}

function operationFrom(row: Readonly<Record<string, SQLOutputValue>>): Operation {
  return JSON.parse(row['document'] as string) as Operation;
}
