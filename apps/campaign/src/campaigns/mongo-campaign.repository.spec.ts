import { describeWithEngines } from '#libs/engines';
import { mongoStores } from '../opened-store.contract.ts';
import { campaignRepositoryContract } from './campaign.repository.contract.ts';
import { MongoCampaignRepository } from './mongo-campaign.repository.ts';

describeWithEngines('campaigns in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  campaignRepositoryContract('MongoDB', async () => new MongoCampaignRepository((await open()).store));
});
