import { describeWithEngines } from '#libs/testing/engines';
import { campaignRunsContract } from '../../src/campaigns/campaign-runs.contract.ts';
import { MongoCampaignRuns } from '../../src/campaigns/mongo-campaign-runs.ts';
import { mongoStores } from '../../src/opened-store.contract.ts';

describeWithEngines('runs of campaigns in MongoDB', ({ MONGODB_URI }) => {
  const open = mongoStores(MONGODB_URI);

  campaignRunsContract('MongoDB', async () => new MongoCampaignRuns((await open()).store));
});
