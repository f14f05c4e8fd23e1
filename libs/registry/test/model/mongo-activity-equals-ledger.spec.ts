import { describeWithEngines } from '#libs/testing/engines';
import { activityEqualsLedgerContract } from '../../src/activity-equals-ledger.contract.ts';
import { openMongoRegistry } from '../test-mongo-registry.ts';

describeWithEngines('facts of random histories on MongoDB', ({ MONGODB_URI }) => {
  activityEqualsLedgerContract('MongoDB', openMongoRegistry(MONGODB_URI), 10);
});
