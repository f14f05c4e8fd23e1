import type { AuditLine } from '../audit/audit-line.ts';
import type { KeyedReads } from '../fresh-reads.ts';
import { AppRepository } from './app.repository.ts';
import type { App } from './app.ts';

/** Any app repository, with what every call asks for read in a way that its store allows. */
export class CachedAppRepository extends AppRepository {
  constructor(
    private readonly apps: AppRepository,
    private readonly reads: KeyedReads<App>,
  ) {
    super();
  }

  async findById(app: string): Promise<App | undefined> {
    return this.reads.get(app, () => this.apps.findById(app));
  }

  async list(after: string | undefined, limit: number): Promise<readonly App[]> {
    return this.apps.list(after, limit);
  }

  async listDeleted(after: string | undefined, limit: number): Promise<readonly string[]> {
    return this.apps.listDeleted(after, limit);
  }

  async save(app: App, audit: AuditLine): Promise<void> {
    try {
      await this.apps.save(app, audit);
    } finally {
      this.reads.forget(app.id);
    }
  }
}
