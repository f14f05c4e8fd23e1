import { MongoFrequencyMarks } from '#libs/registry';
import { MongoPageRepository } from '#libs/sends/page/writing';
import { MongoResultRepository } from '#libs/sends/result/writing';
import { MongoSendRepository } from '#libs/sends/send/writing';
import { describeWithEngines } from '#libs/testing/engines';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { frequencyCapsContract } from '../../src/planning/frequency-caps.contract.ts';

describeWithEngines('frequency caps in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  frequencyCapsContract('MongoDB', 8, async () => {
    const { store, clock, broker, outbox } = await open();
    const results = new MongoResultRepository(store, outbox);
    return {
      clock,
      marks: new MongoFrequencyMarks(store),
      sends: new MongoSendRepository(store, outbox),
      pages: new MongoPageRepository(store, broker),
      results,
      settle: (result) => results.save(result, []),
    };
  });
});
