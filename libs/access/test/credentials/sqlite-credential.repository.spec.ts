import { SqliteStore } from '#libs/storage';
import { accessMigrations } from '../../src/access-migrations.ts';
import { credentialRepositoryContract } from '../../src/credentials/credential.repository.contract.ts';
import { SqliteCredentialRepository } from '../../src/credentials/sqlite-credential.repository.ts';

credentialRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return new SqliteCredentialRepository(store);
});
