import { describeWithEngines } from '#libs/testing/engines';
import { MongoNamedDocuments } from '../../src/documents/mongo-named-documents.ts';
import { namedDocumentsContract } from '../../src/documents/named-documents.contract.ts';
import { campaignCollection } from '../../src/mongo-adapters.ts';
import { mongoStores } from '../../src/opened-store.contract.ts';

describeWithEngines('named documents in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  it('have an index by which an app lists them', async () => {
    const indexes = (await (await open()).store.model(campaignCollection).listIndexes()) as { key: object }[];

    expect(indexes.map(({ key }) => key)).toContainEqual({ app: 1, id: 1 });
  });

  namedDocumentsContract('MongoDB', async () => new MongoNamedDocuments((await open()).store, campaignCollection));
});
