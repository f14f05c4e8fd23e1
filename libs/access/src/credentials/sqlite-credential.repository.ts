import { PROVIDERS, StaleRevision, type ProviderName } from '#libs/kernel';
import { isUniqueClash, type SqliteStore } from '#libs/storage';
import type { AuditLine } from '../audit/audit-line.ts';
import { appendAuditLine } from '../audit/sqlite-audit-log.ts';
import type { StoredCredential } from './credential.ts';
import { CredentialRepository } from './credential.repository.ts';

export class SqliteCredentialRepository extends CredentialRepository {
  constructor(private readonly store: SqliteStore) {
    super();
  }

  async find(app: string, provider: ProviderName): Promise<StoredCredential | undefined> {
    const row = this.store.sql('SELECT document FROM credentials WHERE app = ? AND provider = ?').get(app, provider);
    return row && credentialOf(row);
  }

  async list(app: string): Promise<readonly StoredCredential[]> {
    const sql = 'SELECT document FROM credentials WHERE app = ? ORDER BY provider LIMIT ?';
    return this.store.sql(sql).all(app, PROVIDERS.length).map(credentialOf);
  }

  async save(credential: StoredCredential, audit: AuditLine): Promise<void> {
    try {
      await this.store.write(() => {
        this.#save(credential);
        appendAuditLine(this.store, audit);
      });
    } catch (error) {
      throw isUniqueClash(error) ? stale(credential, error) : error;
    }
  }

  #save(credential: StoredCredential): void {
    const { app, provider, revision } = credential;
    const document = JSON.stringify(credential);
    if (revision === 1) {
      this.store.sql('INSERT INTO credentials (app, provider, revision, document) VALUES (?, ?, 1, ?)').run(app, provider, document);
      return;
    }
    const { changes } = this.store
      .sql('UPDATE credentials SET revision = ?, document = ? WHERE app = ? AND provider = ? AND revision = ?')
      .run(revision, document, app, provider, revision - 1);
    if (changes === 0) throw stale(credential);
  }
}

function stale({ app, provider }: StoredCredential, cause?: unknown): StaleRevision {
  return new StaleRevision(`the ${provider} credential of ${app}`, cause === undefined ? undefined : { cause });
}

function credentialOf(row: Record<string, unknown>): StoredCredential {
  return JSON.parse(String(row['document'])) as StoredCredential;
}
