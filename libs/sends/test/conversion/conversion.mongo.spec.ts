import { describeWithEngines } from '#libs/testing/engines';
import { testMongoStores } from '#libs/testing/store';
import { conversionContract } from '../../src/conversion/conversion.contract.ts';
import { MongoConversionReader, MongoConversionRepository, conversionCollections } from '../../src/conversion/conversion.mongo.ts';

describeWithEngines('conversions on MongoDB', ({ MONGODB_URI }) => {
  const openStore = testMongoStores(MONGODB_URI, conversionCollections);

  conversionContract('MongoDB', async () => {
    const store = await openStore();
    return { conversions: new MongoConversionRepository(store), reader: new MongoConversionReader(store) };
  });
});
