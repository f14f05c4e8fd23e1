import { openStore } from '../../src/opened-store.contract.ts';
import { campaignRepositoryContract } from '../../src/campaigns/campaign.repository.contract.ts';
import { SqliteCampaignRepository } from '../../src/campaigns/sqlite-campaign.repository.ts';

campaignRepositoryContract('SQLite', async () => new SqliteCampaignRepository(openStore().store));
