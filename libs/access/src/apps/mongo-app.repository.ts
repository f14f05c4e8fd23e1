import { StaleRevision } from '#libs/kernel';
import type { CollectionOutbox, Outbox } from '#libs/messaging';
import { setOrUnset, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { auditEntry, auditLinesTo } from '../audit/audit-document.ts';
import type { AuditLine } from '../audit/audit-line.ts';
import { appCollection, type AppDocument } from './app-document.ts';
import { withDefaults } from './app-settings.ts';
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

  async listDeleted(after: string | undefined, limit: number): Promise<readonly string[]> {
    const documents = await this.#documents
      .find({ _id: { $gt: after ?? '' }, deletedAt: { $exists: true } }, { _id: 1 })
      .sort({ _id: 1 })
      .limit(limit)
      .lean();
    return documents.map(({ _id }) => _id);
  }

  async save(app: App, audit: AuditLine): Promise<void> {
    const { id: _id, ...fields } = app;
    const entries = [auditEntry(audit)];
    const isStored =
      app.revision === 1
        ? await this.#outbox.insert({ _id, ...setOrUnset(fields).$set }, entries)
        : await this.#outbox.update({ _id, revision: app.revision - 1 }, setOrUnset({ ...fields, deletedAt: app.deletedAt }), entries);
    if (!isStored) throw new StaleRevision(`app ${_id}`);
  }
}

function appOf({ _id: id, ...app }: AppDocument): App {
  return withDefaults({ id, ...app });
}
