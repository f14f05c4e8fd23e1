import { aPage } from '#libs/testing';
import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { mongoStores } from '../opened-store.ts';
import { pageReaderContract, pageRepositoryContract } from '../../src/page/page.contract.ts';
import { MongoPageReader, MongoPageRepository, pageCollection, pageDocumentOf } from '../../src/page/page.mongo.ts';
import { sendsCollections } from '../../src/sends-collections.ts';

describeWithEngines('pages in MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, sendsCollections);

  async function open() {
    const store = await openStore();
    const documents = store.model(pageCollection);
    return { reader: new MongoPageReader(store), documents };
  }

  pageReaderContract('MongoDB', async () => {
    const { reader, documents } = await open();
    return {
      reader,
      insert: async (page) => {
        await documents.insertMany([pageDocumentOf(page)]);
      },
    };
  });

  it('sums more pages than it holds at once', async () => {
    const { reader, documents } = await open();
    const pages = Array.from({ length: 2_100 }, (_, index) => aPage({ slice: Math.floor(index / 700), n: index % 700 }));
    await documents.insertMany(pages.map(pageDocumentOf));

    expect(await reader.sums(aPage().sendId)).toMatchObject({ pages: 2_100, targeted: 4_200, batches: 2_100 });
  });
});

describeWithEngines('pages in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  pageRepositoryContract('MongoDB', async () => {
    const { store, broker, published } = await open();
    return { pages: new MongoPageRepository(store, broker), published };
  });
});
