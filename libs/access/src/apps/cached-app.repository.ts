import type { Clock } from '#libs/kernel';
import type { AuditLine } from '../audit/audit-line.ts';
import { ShortCache } from '../short-cache.ts';
import { AppRepository } from './app.repository.ts';
import type { App } from './app.ts';

/** Any app repository, with apps remembered for a second; its own writes are seen at once. */
export class CachedAppRepository extends AppRepository {
  readonly #cache: ShortCache<App>;

  constructor(
    private readonly apps: AppRepository,
    clock: Clock,
  ) {
    super();
    this.#cache = new ShortCache(clock);
  }

  async findById(app: string): Promise<App | undefined> {
    return this.#cache.get(app, () => this.apps.findById(app));
  }

  async list(after: string | undefined, limit: number): Promise<readonly App[]> {
    return this.apps.list(after, limit);
  }

  async save(app: App, audit: AuditLine): Promise<void> {
    try {
      await this.apps.save(app, audit);
    } finally {
      this.#cache.forget(app.id);
    }
  }
}
