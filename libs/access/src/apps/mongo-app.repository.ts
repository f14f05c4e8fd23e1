import { StaleRevision } from '#libs/kernel';
import type { CollectionOutbox, Outbox, OutboxEntry } from '#libs/messaging';
import { isDuplicateKey, setOrUnset, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { auditEntry, auditLinesTo } from '../audit/audit-document.ts';
import type { AuditLine } from '../audit/audit-line.ts';
import { appCollection, type AppDocument } from './app-document.ts';
import { AppRepository } from './app.repository.ts';
import type { App } from './app.ts';

const withoutOutbox = { outbox: 0, outboxSince: 0 } as const;

/** The audit line is stored with the app, in the app's document, and is in the log before a save resolves; the outbox mends what a crash leaves. */
export class MongoAppRepository extends AppRepository {
  readonly #documents: Model<AppDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#documents = store.model(appCollection);
    this.#outbox = outbox.of(appCollection, auditLinesTo(store));
  }

  async findById(app: string): Promise<App | undefined> {
    const document = await this.#documents.findOne({ _id: app }, withoutOutbox).lean();
    return document ? appOf(document) : undefined;
  }

  async list(after: string | undefined, limit: number): Promise<readonly App[]> {
    const documents = await this.#documents
      .find({ _id: { $gt: after ?? '' }, deletedAt: { $exists: false } }, withoutOutbox)
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return documents.map(appOf);
  }

  async save(app: App, audit: AuditLine): Promise<void> {
    const entries = [auditEntry(audit)];
    await (app.revision === 1 ? this.#insert(app, entries) : this.#update(app, entries));
  }

  async #insert({ id: _id, ...app }: App, entries: readonly OutboxEntry[]): Promise<void> {
    const document = { _id, ...setOrUnset(app).$set, ...this.#outbox.fields(entries) } as unknown as AppDocument;
    try {
      await this.#documents.insertMany([document], { lean: true });
    } catch (error) {
      throw isDuplicateKey(error) ? new StaleRevision(`app ${_id}`, { cause: error }) : error;
    }
    await this.#outbox.deliver(document);
  }

  async #update({ id: _id, ...app }: App, entries: readonly OutboxEntry[]): Promise<void> {
    const condition = { _id, revision: app.revision - 1, ...this.#outbox.room };
    const update = { ...setOrUnset({ ...app, deletedAt: app.deletedAt }), ...this.#outbox.additions(entries) };
    const written = await this.#documents
      .findOneAndUpdate(condition, update, { returnDocument: 'after', projection: { outbox: 1 } })
      .lean();
    if (written) return this.#outbox.deliver(written);
    await this.#outbox.refuseIfFull(_id);
    throw new StaleRevision(`app ${_id}`);
  }
}

function appOf({ _id: id, ...app }: AppDocument): App {
  return { id, ...app };
}
