import { type CampaignRepository } from '../campaigns/campaign.repository.ts';
import { type AudienceRepository } from '../documents/audience.ts';
import type { NamedDocument, NamedDocuments } from '../documents/named-documents.ts';
import { FilterReader } from '../intake/written-filter.ts';

const atOnce = 500;
const most = 20;

/** Finds campaigns and audiences that name an audience, at most 20 of them. Throws DependencyUnavailable. */
export class FindAudienceUses {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly audiences: AudienceRepository,
  ) {}

  async execute(app: string, name: string): Promise<readonly string[]> {
    const campaigns = await found(this.campaigns, app, ({ send }) => namesIn(send['to']).has(name));
    const audiences = await found(this.audiences, app, ({ names }) => names.includes(name));
    return [...campaigns.map((id) => `campaign ${id}`), ...audiences.map((id) => `audience ${id}`)].slice(0, most);
  }
}

async function found<T extends NamedDocument>(
  documents: NamedDocuments<T>,
  app: string,
  isOne: (document: T) => boolean,
): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | undefined; ids.length < most;) {
    const some = await documents.list(app, after, atOnce);
    ids.push(...some.filter(isOne).map(({ id }) => id));
    after = some.at(-1)?.id;
    if (some.length < atOnce) break;
  }
  return ids;
}

function namesIn(target: unknown): ReadonlySet<string> {
  if (typeof target !== 'object' || target === null) return new Set();
  if ('audience' in target) return new Set([String(target.audience)]);
  const reader = new FilterReader('');
  if ('filter' in target) reader.read(target.filter);
  return reader.audiences;
}
