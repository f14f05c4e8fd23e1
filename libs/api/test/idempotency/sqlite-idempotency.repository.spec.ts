import { SqliteStore } from '#libs/storage';
import { idempotencyRepositoryContract } from '../../src/idempotency/idempotency.repository.contract.ts';
import { SqliteIdempotencyRepository, idempotencyMigrations } from '../../src/idempotency/sqlite-idempotency.repository.ts';

function openStore(): SqliteStore {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(idempotencyMigrations);
  return store;
}

idempotencyRepositoryContract('SQLite', async () => new SqliteIdempotencyRepository(openStore()));

it('removes old claims bit by bit while new ones come', async () => {
  const store = openStore();
  const claims = new SqliteIdempotencyRepository(store);
  for (let id = 0; id < 12; id += 1) await claims.insertOnce({ id: `old ${id}`, bodyHash: 'h', seed: 's', expiresAt: 10 }, 1);

  for (let id = 0; id < 3; id += 1) await claims.insertOnce({ id: `new ${id}`, bodyHash: 'h', seed: 's', expiresAt: 99 }, 11);

  expect(store.sql('SELECT count(*) AS n FROM idempotency').get()).toMatchObject({ n: 3 });
});
