import type { Campaign } from './campaign.ts';

/** All calls may throw DependencyUnavailable. */
export abstract class CampaignRepository {
  abstract findById(app: string, id: string): Promise<Campaign | undefined>;
  /** By id, after the given one; at most 1,001. */
  abstract list(app: string, after: string | undefined, limit: number): Promise<readonly Campaign[]>;
  /** Stores it if the stored revision is `campaign.revision - 1` (1: not stored). Throws StaleRevision. */
  abstract save(campaign: Campaign): Promise<void>;
  /** Removes it if the stored revision is `campaign.revision`. Throws StaleRevision. */
  abstract delete(campaign: Campaign): Promise<void>;
}
