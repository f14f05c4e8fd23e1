import { describeWithEngines } from '#libs/testing/engines';
import { indexesIn, testMongoStores } from '#libs/testing/store';
import { idempotencyCollection, idempotencyCollections } from '../../src/idempotency/idempotency-document.ts';
import { idempotencyRepositoryContract } from '../../src/idempotency/idempotency.repository.contract.ts';
import { MongoIdempotencyRepository } from '../../src/idempotency/mongo-idempotency.repository.ts';

describeWithEngines('idempotency on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, idempotencyCollections);

  idempotencyRepositoryContract('MongoDB', async () => new MongoIdempotencyRepository(await openStore()));

  it('removes old claims while new ones come', async () => {
    const store = await openStore();
    const claims = new MongoIdempotencyRepository(store);
    const documents = store.model(idempotencyCollection);
    await documents.insertMany(Array.from({ length: 120 }, (_, n) => ({ _id: `old ${n}`, bodyHash: 'h', seed: 's', expiresAt: 10 })));

    for (let n = 0; n < 50; n += 1) await claims.insertOnce({ id: `new ${n}`, bodyHash: 'h', seed: 's', expiresAt: 99 }, 11);

    expect(await documents.countDocuments()).toBe(50);
  });

  it('has an index for every query', async () => {
    expect(await indexesIn(await openStore(), idempotencyCollections)).toEqual({ idempotency: ['expiresAt'] });
  });
});
