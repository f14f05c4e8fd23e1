import { PROVIDERS, StaleRevision, type ProviderName } from '#libs/kernel';
import type { CollectionOutbox, Outbox, OutboxEntry } from '#libs/messaging';
import { isDuplicateKey, setOrUnset, type MongoStore } from '#libs/storage';
import type { Model } from 'mongoose';
import { auditEntry, auditLinesTo } from '../audit/audit-document.ts';
import type { AuditLine } from '../audit/audit-line.ts';
import { credentialCollection, type CredentialDocument } from './credential-document.ts';
import type { StoredCredential } from './credential.ts';
import { CredentialRepository } from './credential.repository.ts';

const onlyCredential = { _id: 0, outbox: 0, outboxSince: 0 } as const;

/** The audit line is stored with the credential, in its document, and is in the log before a save resolves; the outbox mends what a crash leaves. */
export class MongoCredentialRepository extends CredentialRepository {
  readonly #documents: Model<CredentialDocument>;
  readonly #outbox: CollectionOutbox;

  constructor(store: MongoStore, outbox: Outbox) {
    super();
    this.#documents = store.model(credentialCollection);
    this.#outbox = outbox.of(credentialCollection, auditLinesTo(store));
  }

  async find(app: string, provider: ProviderName): Promise<StoredCredential | undefined> {
    const found = await this.#documents.findOne({ _id: idOf(app, provider) }, onlyCredential).lean();
    return found ?? undefined;
  }

  async list(app: string): Promise<readonly StoredCredential[]> {
    const ids = PROVIDERS.map((provider) => idOf(app, provider));
    return this.#documents
      .find({ _id: { $in: ids } }, onlyCredential)
      .sort({ _id: 1 })
      .lean();
  }

  async save(credential: StoredCredential, audit: AuditLine): Promise<void> {
    const entries = [auditEntry(audit)];
    await (credential.revision === 1 ? this.#insert(credential, entries) : this.#update(credential, entries));
  }

  async #insert(credential: StoredCredential, entries: readonly OutboxEntry[]): Promise<void> {
    const _id = idOf(credential.app, credential.provider);
    const document = { _id, ...setOrUnset({ ...credential }).$set, ...this.#outbox.fields(entries) } as unknown as CredentialDocument;
    try {
      await this.#documents.insertMany([document], { lean: true });
    } catch (error) {
      throw isDuplicateKey(error) ? stale(credential, error) : error;
    }
    await this.#outbox.deliver(document);
  }

  async #update(credential: StoredCredential, entries: readonly OutboxEntry[]): Promise<void> {
    const _id = idOf(credential.app, credential.provider);
    const { sealed, fingerprint } = credential;
    const update = { ...setOrUnset({ ...credential, sealed, fingerprint }), ...this.#outbox.additions(entries) };
    const written = await this.#documents
      .findOneAndUpdate({ _id, revision: credential.revision - 1, ...this.#outbox.room }, update, {
        returnDocument: 'after',
        projection: { outbox: 1 },
      })
      .lean();
    if (written) return this.#outbox.deliver(written);
    await this.#outbox.refuseIfFull(_id);
    throw stale(credential);
  }
}

function idOf(app: string, provider: ProviderName): string {
  return `${app}:${provider}`;
}

function stale({ app, provider }: StoredCredential, cause?: unknown): StaleRevision {
  return new StaleRevision(`the ${provider} credential of ${app}`, cause === undefined ? undefined : { cause });
}
