import type { AuditLine } from '../audit/audit-line.ts';
import type { KeyedReads } from '../fresh-reads.ts';
import type { ApiKey } from './api-key.ts';
import { ApiKeyRepository } from './api-key.repository.ts';

/** Any key repository, with what every call asks for read in a way that its store allows; a deleted key is refused from that moment. */
export class CachedApiKeyRepository extends ApiKeyRepository {
  constructor(
    private readonly keys: ApiKeyRepository,
    private readonly reads: KeyedReads<ApiKey>,
  ) {
    super();
  }

  async findByHash(hash: string): Promise<ApiKey | undefined> {
    return this.reads.get(hash, () => this.keys.findByHash(hash));
  }

  async list(app: string | undefined, after: string | undefined, limit: number): Promise<readonly ApiKey[]> {
    return this.keys.list(app, after, limit);
  }

  async insert(key: ApiKey, audit: AuditLine): Promise<void> {
    await this.keys.insert(key, audit);
  }

  async remove(app: string | undefined, id: string, audit: AuditLine): Promise<boolean> {
    try {
      return await this.keys.remove(app, id, audit);
    } finally {
      this.reads.clear(); // the hash is not known here, and keys are deleted rarely
    }
  }
}
