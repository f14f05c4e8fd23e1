import type { CampaignRepository } from '../campaigns/campaign.repository.ts';
import type { AudienceRepository } from '../documents/audience.ts';
import { audiencesIn, type WrittenFilter } from '../intake/written-filter.ts';

const most = 20;

/** Finds campaigns and audiences that name an audience, at most 20 of them. Throws DependencyUnavailable. */
export class FindAudienceUses {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly audiences: AudienceRepository,
  ) {}

  async execute(app: string, name: string): Promise<readonly string[]> {
    const campaigns = await this.campaigns.idsWhere(app, ({ send }) => namesIn(send['to']).includes(name), most);
    const audiences = await this.audiences.idsWhere(app, ({ names }) => names.includes(name), most);
    return [...campaigns.map((id) => `campaign ${id}`), ...audiences.map((id) => `audience ${id}`)].slice(0, most);
  }
}

function namesIn(target: unknown): readonly string[] {
  if (typeof target !== 'object' || target === null) return [];
  if ('audience' in target) return [String(target.audience)];
  return 'filter' in target ? audiencesIn(target.filter as WrittenFilter) : [];
}
