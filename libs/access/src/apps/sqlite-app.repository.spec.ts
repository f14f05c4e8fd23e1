import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { accessMigrations } from '../access-migrations.ts';
import { SqliteAuditLog } from '../audit/sqlite-audit-log.ts';
import { appRepositoryContract } from './app.repository.contract.ts';
import { CachedAppRepository } from './cached-app.repository.ts';
import { SqliteAppRepository } from './sqlite-app.repository.ts';

function opened() {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return { apps: new SqliteAppRepository(store), audit: new SqliteAuditLog(store) };
}

appRepositoryContract('SQLite', async () => opened());
appRepositoryContract('SQLite behind the cache', async () => {
  const { apps, audit } = opened();
  return { apps: new CachedAppRepository(apps, new FixedClock()), audit };
});
