import type { Clock } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { STALE_AFTER_MS, ProviderStateReader, type ProviderState } from './provider-state.ts';
import { providerStateMigrations } from './provider-state-migrations.ts';

const recent = 'SELECT body FROM provider_states WHERE app = ? AND at > ? LIMIT 1000';

export class SqliteProviderStateReader extends ProviderStateReader {
  constructor(
    private readonly store: SqliteStore,
    private readonly clock: Clock,
  ) {
    super();
    store.migrate(providerStateMigrations);
  }

  async ofApp(app: string): Promise<readonly ProviderState[]> {
    const rows = this.store.sql(recent).all(app, this.clock.now() - STALE_AFTER_MS);
    return rows.map((row) => JSON.parse(String(row['body'])) as ProviderState);
  }
}
