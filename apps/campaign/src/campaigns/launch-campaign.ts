import type { Send, Variables } from '#libs/sends';
import type { MakeSend } from '../control/make-send.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import { sendOf } from './campaign-body.ts';
import { CampaignNotFound } from './campaign-errors.ts';
import type { CampaignRepository } from './campaign.repository.ts';

export interface LaunchCampaignCommand {
  readonly app: string;
  readonly campaignId: string;
  /** Of the send it makes. */
  readonly sendId: string;
  /** Over the campaign's own. */
  readonly variables: Variables;
  readonly repeatable: boolean;
}

/** Makes a send of a campaign as it is written now. Throws CampaignNotFound and what MakeSend throws. */
export class LaunchCampaign {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly readSendRequest: ReadSendRequest,
    private readonly makeSend: MakeSend,
  ) {}

  async execute({ app, campaignId, sendId, variables, repeatable }: LaunchCampaignCommand): Promise<Send> {
    const campaign = await this.campaigns.findById(app, campaignId);
    if (!campaign) throw new CampaignNotFound(campaignId);
    const read = await sendOf(campaign, variables, this.readSendRequest);
    return this.makeSend.execute({
      id: sendId,
      app,
      campaign: campaignId,
      ...read,
      repeatable,
    });
  }
}
