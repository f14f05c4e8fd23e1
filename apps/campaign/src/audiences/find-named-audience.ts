import { type CampaignRepository } from '../campaigns/campaign.repository.ts';
import { type AudienceRepository } from '../documents/audience.ts';
import { FilterReader } from '../intake/written-filter.ts';

const most = 20;

/** Finds campaigns and audiences that name an audience, at most 20 of them. Throws DependencyUnavailable. */
export class FindAudienceUses {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly audiences: AudienceRepository,
  ) {}

  async execute(app: string, name: string): Promise<readonly string[]> {
    const campaigns = await this.campaigns.idsWhere(app, ({ send }) => namesIn(send['to']).has(name), most);
    const audiences = await this.audiences.idsWhere(app, ({ names }) => names.includes(name), most);
    return [...campaigns.map((id) => `campaign ${id}`), ...audiences.map((id) => `audience ${id}`)].slice(0, most);
  }
}

function namesIn(target: unknown): ReadonlySet<string> {
  if (typeof target !== 'object' || target === null) return new Set();
  if ('audience' in target) return new Set([String(target.audience)]);
  const reader = new FilterReader('');
  if ('filter' in target) reader.read(target.filter);
  return reader.audiences;
}
