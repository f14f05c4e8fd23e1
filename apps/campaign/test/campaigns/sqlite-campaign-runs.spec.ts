import { campaignRunsContract } from '../../src/campaigns/campaign-runs.contract.ts';
import { SqliteCampaignRuns } from '../../src/campaigns/sqlite-campaign-runs.ts';
import { openStore } from '../../src/opened-store.contract.ts';

campaignRunsContract('SQLite', async () => new SqliteCampaignRuns(openStore().store));
