import type { Clock } from '#libs/kernel';
import type { AuditLine } from '../audit/audit-line.ts';
import { ShortCache } from '../short-cache.ts';
import type { ApiKey } from './api-key.ts';
import { ApiKeyRepository } from './api-key.repository.ts';

/** Any key repository, with keys remembered for a second; a key deleted here is refused from that moment. */
export class CachedApiKeyRepository extends ApiKeyRepository {
  readonly #cache: ShortCache<ApiKey>;

  constructor(
    private readonly keys: ApiKeyRepository,
    clock: Clock,
  ) {
    super();
    this.#cache = new ShortCache(clock);
  }

  async findByHash(hash: string): Promise<ApiKey | undefined> {
    return this.#cache.get(hash, () => this.keys.findByHash(hash));
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
      this.#cache.clear(); // the hash is not known here, and keys are deleted rarely
    }
  }
}
