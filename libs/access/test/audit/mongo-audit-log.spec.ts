import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { accessCollections } from '../../src/access-collections.ts';
import { auditLinesTo } from '../../src/audit/audit-document.ts';
import { auditLogContract } from '../../src/audit/audit-log.contract.ts';
import { MongoAuditLog } from '../../src/audit/mongo-audit-log.ts';

describeWithEngines('the audit log on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  auditLogContract('MongoDB', async () => {
    const store = await openStore();
    const write = auditLinesTo(store);
    return { audit: new MongoAuditLog(store), append: (lines) => write(lines.map(({ id, ...line }) => ({ _id: id, ...line }))) };
  });
});
