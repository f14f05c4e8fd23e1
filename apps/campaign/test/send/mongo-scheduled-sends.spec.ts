import { describeWithEngines } from '#libs/testing/engines';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { MongoCancelKeys, MongoScheduledSends } from '../../src/send/mongo-scheduled-sends.ts';
import { scheduledSendsContract } from '../../src/send/scheduled-sends.contract.ts';

describeWithEngines('scheduled sends in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  scheduledSendsContract('MongoDB', async () => {
    const { store } = await open();
    return { scheduled: new MongoScheduledSends(store), keys: new MongoCancelKeys(store) };
  });
});
