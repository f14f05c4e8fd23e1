import type { CampaignRun, CampaignRuns, CampaignState } from './campaign-run.ts';
import type { CampaignRepository } from './campaign.repository.ts';
import type { Campaign } from './campaign.ts';

export interface ListCampaignsQuery {
  readonly app: string;
  readonly state?: CampaignState;
  readonly label?: string;
  readonly limit: number;
  /** An id. */
  readonly after?: string;
}

export interface ListedCampaigns {
  readonly items: readonly { readonly campaign: Campaign; readonly run: CampaignRun | undefined }[];
  /** The id after which the next page starts; null at the end. */
  readonly next: string | null;
}

const atOnce = 200;
const maxLookedAt = 2_000;

/** Lists campaigns by id. With a filter, a page may hold fewer than asked for, and yet not be the last: 2,000 are looked at for one. Throws DependencyUnavailable. */
export class ListCampaigns {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly runs: CampaignRuns,
  ) {}

  async execute({ app, state, label, limit, after: start }: ListCampaignsQuery): Promise<ListedCampaigns> {
    const items: ListedCampaigns['items'][number][] = [];
    let after = start;
    for (let looked = 0; looked < maxLookedAt; looked += atOnce) {
      const some = await this.campaigns.list(app, after, atOnce);
      const runs = new Map((await this.runs.findMany(app, some.map(({ id }) => id))).map((run) => [run.id, run])); // prettier-ignore
      for (const campaign of some) {
        const run = runs.get(campaign.id);
        const isMeant =
          (label === undefined || campaign.labels.includes(label)) && (state === undefined || (run?.state ?? 'draft') === state);
        if (isMeant && items.length === limit) return { items, next: after ?? null };
        if (isMeant) items.push({ campaign, run });
        after = campaign.id;
      }
      if (some.length < atOnce) return { items, next: null };
    }
    return { items, next: after ?? null };
  }
}
