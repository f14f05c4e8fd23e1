import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { ShortCache } from '../../src/short-cache.ts';
import { accessMigrations } from '../../src/access-migrations.ts';
import { SqliteAuditLog } from '../../src/audit/sqlite-audit-log.ts';
import { appRepositoryContract } from '../../src/apps/app.repository.contract.ts';
import { CachedAppRepository } from '../../src/apps/cached-app.repository.ts';
import { SqliteAppRepository } from '../../src/apps/sqlite-app.repository.ts';

function opened() {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return { apps: new SqliteAppRepository(store), audit: new SqliteAuditLog(store) };
}

appRepositoryContract('SQLite', async () => opened());
appRepositoryContract('SQLite behind the cache', async () => {
  const { apps, audit } = opened();
  return { apps: new CachedAppRepository(apps, new ShortCache(new FixedClock())), audit };
});
