import { StaleRevision } from '#libs/kernel';
import { deleteSome, isDuplicateKey, mongoCollection, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { OperationRepository } from './operation.repository.ts';
import type { Operation } from './operation.ts';

interface OperationDocument {
  readonly _id: string;
  readonly app: string;
  readonly createdAt: number;
  readonly dueAt?: number;
  readonly revision: number;
  readonly operation: Operation;
}

export const operationsCollection = mongoCollection<OperationDocument>(
  'user_operations',
  { app: String, createdAt: Number, dueAt: Number, revision: Number, operation: Object },
  [{ fields: { dueAt: 1 }, sparse: true }, { fields: { createdAt: 1 } }],
);

export class MongoOperationRepository extends OperationRepository {
  readonly #operations: Model<OperationDocument>;

  constructor(store: MongoStore) {
    super();
    this.#operations = store.model(operationsCollection);
  }

  async insertOnce(operation: Operation): Promise<Operation> {
    const { id, app, createdAt, dueAt, revision } = operation;
    try {
      await this.#operations.insertOne({ _id: id, app, createdAt, revision, operation, ...(dueAt !== null && { dueAt }) });
      return operation;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return (await this.findById(app, id)) ?? operation;
    }
  }

  async findById(app: string, id: string): Promise<Operation | undefined> {
    return (await this.#operations.findOne({ _id: id, app }).lean<OperationDocument>())?.operation;
  }

  async save(operation: Operation): Promise<void> {
    const { id, dueAt, revision } = operation;
    const due = dueAt === null ? { $unset: { dueAt: 1 as const } } : {};
    const { matchedCount } = await this.#operations.updateOne(
      { _id: id, revision: revision - 1 },
      { $set: { revision, operation, ...(dueAt !== null && { dueAt }) }, ...due },
    );
    if (matchedCount === 0) throw new StaleRevision(id);
  }

  async findDue(now: number, limit: number): Promise<readonly Operation[]> {
    const found = await this.#operations
      .find({ dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean<OperationDocument[]>();
    return found.map(({ operation }) => operation);
  }

  async dropOld(before: number, limit: number): Promise<number> {
    return deleteSome(this.#operations, { createdAt: { $lt: before } }, limit);
  }
}
