import { SqliteStore } from '#libs/storage';
import { accessMigrations } from '../../src/access-migrations.ts';
import { haltRepositoryContract } from '../../src/halts/halt.repository.contract.ts';
import { SqliteHaltRepository } from '../../src/halts/sqlite-halt.repository.ts';

haltRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return new SqliteHaltRepository(store);
});
