import { wasNew, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { auditCollection, type AuditDocument } from './audit-document.ts';
import type { AuditLine } from './audit-line.ts';
import { AuditLog, type AuditPosition } from './audit-log.ts';

export class MongoAuditLog extends AuditLog {
  readonly #documents: Model<AuditDocument>;

  constructor(store: MongoStore) {
    super();
    this.#documents = store.model(auditCollection);
  }

  async append({ id: _id, ...line }: AuditLine): Promise<void> {
    await wasNew(this.#documents.insertMany([{ _id, ...line }], { lean: true }));
  }

  async list(app: string | undefined, before: AuditPosition | undefined, limit: number): Promise<readonly AuditLine[]> {
    const earlier = before && { at: { $lte: before.at }, $or: [{ at: { $lt: before.at } }, { _id: { $lt: before.id } }] };
    const documents = await this.#documents
      .find({ ...(app !== undefined && { app }), ...earlier })
      .sort({ at: -1, _id: -1 })
      .limit(limit)
      .lean();
    return documents.map(({ _id: id, ...line }) => ({ id, ...line }));
  }
}
