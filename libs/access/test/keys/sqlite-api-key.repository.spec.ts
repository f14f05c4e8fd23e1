import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { ShortCache } from '../../src/short-cache.ts';
import { accessMigrations } from '../../src/access-migrations.ts';
import { SqliteAuditLog } from '../../src/audit/sqlite-audit-log.ts';
import { apiKeyRepositoryContract } from '../../src/keys/api-key.repository.contract.ts';
import { CachedApiKeyRepository } from '../../src/keys/cached-api-key.repository.ts';
import { SqliteApiKeyRepository } from '../../src/keys/sqlite-api-key.repository.ts';

function opened() {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return { keys: new SqliteApiKeyRepository(store), audit: new SqliteAuditLog(store) };
}

apiKeyRepositoryContract('SQLite', async () => opened());
apiKeyRepositoryContract('SQLite behind the cache', async () => {
  const { keys, audit } = opened();
  return { keys: new CachedApiKeyRepository(keys, new ShortCache(new FixedClock())), audit };
});
