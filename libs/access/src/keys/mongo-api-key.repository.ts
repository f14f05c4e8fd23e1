import type { CollectionOutbox, Outbox } from '#libs/messaging';
import { isDuplicateKey, setOrUnset, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { auditEntry, auditLinesTo } from '../audit/audit-document.ts';
import type { AuditLine } from '../audit/audit-line.ts';
import { apiKeyCollection, type ApiKeyDocument } from './api-key-document.ts';
import type { ApiKey } from './api-key.ts';
import { ApiKeyRepository } from './api-key.repository.ts';

const onlyKey = { outbox: 0, outboxSince: 0, removed: 0 } as const;

/**
 * Audit lines are stored with the key, in its document. So a removed key leaves a document without its hash, which carries the line of the removal; it
 * goes with a later removal, once the line is in the log.
 */
export class MongoApiKeyRepository extends ApiKeyRepository {
  readonly #documents: Model<ApiKeyDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#documents = store.model(apiKeyCollection);
    this.#outbox = outbox.of(apiKeyCollection, auditLinesTo(store));
  }

  async findByHash(hash: string): Promise<ApiKey | undefined> {
    const document = await this.#documents.findOne({ hash }, onlyKey).lean();
    return document ? keyOf(document) : undefined;
  }

  async list(app: string | undefined, after: string | undefined, limit: number): Promise<readonly ApiKey[]> {
    const documents = await this.#documents
      .find({ app: app ?? null, _id: { $gt: after ?? '' }, removed: { $exists: false } }, onlyKey)
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return documents.map(keyOf);
  }

  async insert({ id: _id, ...key }: ApiKey, audit: AuditLine): Promise<void> {
    const document = { _id, ...setOrUnset(key).$set, ...this.#outbox.fields([auditEntry(audit)]) } as unknown as ApiKeyDocument;
    try {
      await this.#documents.insertMany([document], { lean: true });
    } catch (error) {
      const isOwn = isDuplicateKey(error) && (await this.#documents.exists({ _id, hash: key.hash }));
      if (!isOwn) throw error;
    }
    await this.#outbox.deliver(document);
  }

  async remove(app: string | undefined, id: string, audit: AuditLine): Promise<boolean> {
    const removed = await this.#documents
      .findOneAndUpdate(
        { _id: id, app: app ?? null, removed: { $exists: false } },
        { $set: { removed: true }, $unset: { hash: 1 }, ...this.#outbox.additions([auditEntry(audit)]) },
        { returnDocument: 'after', projection: { outbox: 1 } },
      )
      .lean();
    if (!removed) return false;
    await this.#outbox.deliver(removed);
    await this.#documents.deleteMany({ removed: true, outboxSince: { $exists: false } });
    return true;
  }
}

function keyOf({ _id: id, hash = '', ...key }: ApiKeyDocument): ApiKey {
  return { id, hash, ...key };
}
