import { describeWithEngines } from '#libs/testing/engines';
import { mongoStores } from '../../src/opened-store.contract.ts';
import { campaignCollection } from '../../src/campaigns/campaign-collections.ts';
import { campaignRepositoryContract } from '../../src/campaigns/campaign.repository.contract.ts';
import { MongoCampaignRepository } from '../../src/campaigns/mongo-campaign.repository.ts';

describeWithEngines('campaigns in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  it('have an index by which an app lists them', async () => {
    const indexes = (await (await open()).store.model(campaignCollection).listIndexes()) as { key: object }[];

    expect(indexes.map(({ key }) => key)).toContainEqual({ app: 1, id: 1 });
  });

  campaignRepositoryContract('MongoDB', async () => new MongoCampaignRepository((await open()).store));
});
