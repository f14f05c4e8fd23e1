import type { Clock } from '#libs/kernel';
import type { Migration, SqliteStore } from '#libs/storage';
import { type ProviderStateRepository } from './provider-state.store.ts';
import { type ProviderState, ProviderStateReader, STALE_AFTER_MS } from './provider-state.ts';

export const providerStateMigrations: readonly Migration[] = [
  {
    id: 'sends-provider-states-001',
    sql: `
      CREATE TABLE provider_states (
        app TEXT NOT NULL, provider TEXT NOT NULL, process TEXT NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (app, provider, process)
      ) WITHOUT ROWID;
    `,
  },
];

const recent = 'SELECT body FROM provider_states WHERE app = ? AND at > ? LIMIT 1000';

export class SqliteProviderStateReader extends ProviderStateReader {
  constructor(
    protected readonly store: SqliteStore,
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

const save = `
  INSERT INTO provider_states (app, provider, process, at, body) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (app, provider, process) DO UPDATE SET at = excluded.at, body = excluded.body`;

export class SqliteProviderStateRepository extends SqliteProviderStateReader implements ProviderStateRepository {
  async save(states: readonly ProviderState[]): Promise<void> {
    if (states.length === 0) return;
    await this.store.write(() => {
      const statement = this.store.sql(save);
      for (const state of states) statement.run(state.app, state.provider, state.process, state.at, JSON.stringify(state));
    });
  }

  async dropBefore(before: number): Promise<void> {
    await this.store.write(() => this.store.sql('DELETE FROM provider_states WHERE at < ?').run(before));
  }
}
