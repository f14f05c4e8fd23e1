import { describeWithEngines } from '#libs/engines';
import { testMongoStores } from '#libs/storage';
import { accessCollections } from '../access-collections.ts';
import { auditLinesTo } from './audit-document.ts';
import { auditLogContract } from './audit-log.contract.ts';
import { MongoAuditLog } from './mongo-audit-log.ts';

describeWithEngines('the audit log on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, accessCollections);

  auditLogContract('MongoDB', async () => {
    const store = await openStore();
    const write = auditLinesTo(store);
    return { audit: new MongoAuditLog(store), append: (lines) => write(lines.map(({ id, ...line }) => ({ _id: id, ...line }))) };
  });
});
