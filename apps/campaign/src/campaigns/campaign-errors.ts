import { PushError } from '#libs/kernel';
import type { CampaignState } from './campaign-run.ts';

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

/** A call that takes an id for a new campaign names one that is there. */
export class CampaignExists extends PushError {
  readonly code = 'campaign_exists';
  readonly retryable = false;

  constructor(readonly campaignId: string) {
    super(`There is a campaign ${campaignId} already`);
  }
}

/** The state of a campaign does not allow what was asked. */
export class CampaignStateUnfit extends PushError {
  readonly code = 'campaign_state_unfit';
  readonly retryable = false;

  constructor(
    readonly campaignId: string,
    readonly state: CampaignState,
    wanted: string,
  ) {
    super(`Campaign ${campaignId} is ${state}; ${wanted}`);
  }
}
