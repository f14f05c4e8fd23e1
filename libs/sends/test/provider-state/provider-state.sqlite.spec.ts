import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { providerStateRepositoryContract } from '../../src/provider-state/provider-state.contract.ts';
import { SqliteProviderStateReader, SqliteProviderStateRepository } from '../../src/provider-state/provider-state.sqlite.ts';

const stores: SqliteStore[] = [];

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

providerStateRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  stores.push(store);
  const clock = new FixedClock();
  return { clock, states: new SqliteProviderStateRepository(store, clock), reader: new SqliteProviderStateReader(store, clock) };
});
