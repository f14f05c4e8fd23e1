import { SqliteProviderStateReader } from '#libs/sends';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { providerStateRepositoryContract } from '../../src/provider-states/provider-state.repository.contract.ts';
import { SqliteProviderStateRepository } from '../../src/provider-states/sqlite-provider-state.repository.ts';

const stores: SqliteStore[] = [];

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

providerStateRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  stores.push(store);
  const clock = new FixedClock();
  return { clock, states: new SqliteProviderStateRepository(store), reader: new SqliteProviderStateReader(store, clock) };
});
