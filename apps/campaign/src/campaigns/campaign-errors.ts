import { PushError } from '#libs/kernel';

export class CampaignNotFound extends PushError {
  readonly code = 'campaign_not_found';
  readonly retryable = false;

  constructor(
    readonly campaignId: string,
    options?: ErrorOptions,
  ) {
    super(`No campaign ${campaignId} exists`, options);
  }
}
