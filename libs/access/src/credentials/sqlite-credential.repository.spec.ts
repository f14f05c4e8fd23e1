import { SqliteStore } from '#libs/storage';
import { accessMigrations } from '../access-migrations.ts';
import { credentialRepositoryContract } from './credential.repository.contract.ts';
import { SqliteCredentialRepository } from './sqlite-credential.repository.ts';

credentialRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return new SqliteCredentialRepository(store);
});
