import { openStore } from '../opened-store.contract.ts';
import { campaignRepositoryContract } from './campaign.repository.contract.ts';
import { SqliteCampaignRepository } from './sqlite-campaign.repository.ts';

campaignRepositoryContract('SQLite', async () => new SqliteCampaignRepository(openStore().store));
