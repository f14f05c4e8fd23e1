import { describeWithEngines } from '#libs/testing/engines';
import { MongoWaitingTriggers } from '../../src/launching/mongo-waiting-triggers.ts';
import { waitingTriggersContract } from '../../src/launching/waiting-triggers.contract.ts';
import { mongoStores } from '../../src/opened-store.contract.ts';

describeWithEngines('triggers that wait in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  waitingTriggersContract('MongoDB', async () => new MongoWaitingTriggers((await open()).store));
});
