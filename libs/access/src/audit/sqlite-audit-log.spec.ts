import { SqliteStore } from '#libs/storage';
import { accessMigrations } from '../access-migrations.ts';
import { auditLogContract } from './audit-log.contract.ts';
import { SqliteAuditLog, appendAuditLine } from './sqlite-audit-log.ts';

auditLogContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(accessMigrations);
  return {
    audit: new SqliteAuditLog(store),
    append: (lines) =>
      store.write(() => {
        for (const line of lines) appendAuditLine(store, line);
      }),
  };
});
