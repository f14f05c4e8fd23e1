import { PROVIDERS, StaleRevision, type ProviderName } from '#libs/kernel';
import type { CollectionOutbox, Outbox } from '#libs/messaging';
import { setOrUnset, type MongoStore } from '#libs/storage';
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
    const { app, provider, revision, sealed, fingerprint, expiresAt, previous } = credential;
    const _id = idOf(app, provider);
    const entries = [auditEntry(audit)];
    const isStored =
      revision === 1
        ? await this.#outbox.insert({ _id, ...setOrUnset({ ...credential }).$set }, entries)
        : await this.#outbox.update(
            { _id, revision: revision - 1 },
            setOrUnset({ ...credential, sealed, fingerprint, expiresAt, previous }),
            entries,
          );
    if (!isStored) throw new StaleRevision(`the ${provider} credential of ${app}`);
  }
}

function idOf(app: string, provider: ProviderName): string {
  return `${app}:${provider}`;
}
