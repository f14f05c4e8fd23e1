import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { accessMigrations } from '../access-migrations.ts';
import { SqliteAuditLog } from '../audit/sqlite-audit-log.ts';
import { apiKeyRepositoryContract } from './api-key.repository.contract.ts';
import { CachedApiKeyRepository } from './cached-api-key.repository.ts';
import { SqliteApiKeyRepository } from './sqlite-api-key.repository.ts';

function opened() {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return { keys: new SqliteApiKeyRepository(store), audit: new SqliteAuditLog(store) };
}

apiKeyRepositoryContract('SQLite', async () => opened());
apiKeyRepositoryContract('SQLite behind the cache', async () => {
  const { keys, audit } = opened();
  return { keys: new CachedApiKeyRepository(keys, new FixedClock()), audit };
});
