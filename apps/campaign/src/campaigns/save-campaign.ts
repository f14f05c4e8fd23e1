import type { Clock } from '#libs/kernel';
import type { CampaignFacts } from './campaign-body.ts';
import type { Campaign } from './campaign.ts';
import type { CampaignRepository } from './campaign.repository.ts';

/** Writes a campaign anew; sends it has made keep what they were made with. Throws StaleRevision if another write came in between. */
export class SaveCampaign {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, id: string, facts: CampaignFacts, current: Campaign | undefined): Promise<Campaign> {
    const now = this.clock.now();
    const campaign = { ...facts, app, id, revision: (current?.revision ?? 0) + 1, createdAt: current?.createdAt ?? now, updatedAt: now };
    await this.campaigns.save(campaign);
    return campaign;
  }
}
