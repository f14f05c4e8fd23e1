import { providerStateMigrations, type ProviderState } from '#libs/sends';
import type { SqliteStore } from '#libs/storage';
import { ProviderStateRepository } from './provider-state.repository.ts';

const save = `
  INSERT INTO provider_states (app, provider, process, at, body) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (app, provider, process) DO UPDATE SET at = excluded.at, body = excluded.body`;

export class SqliteProviderStateRepository extends ProviderStateRepository {
  constructor(private readonly store: SqliteStore) {
    super();
    store.migrate(providerStateMigrations);
  }

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
