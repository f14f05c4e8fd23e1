import { SqliteStore } from '#libs/storage';
import { accessMigrations } from '../../src/access-migrations.ts';
import { auditLogContract } from '../../src/audit/audit-log.contract.ts';
import { SqliteAuditLog, appendAuditLine } from '../../src/audit/sqlite-audit-log.ts';

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
