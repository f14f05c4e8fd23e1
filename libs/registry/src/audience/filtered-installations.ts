import type { InstallationRepository } from '../installation/installation.repository.ts';
import type { Installation } from '../installation/installation.ts';
import { pastAskedBy, type Filter, type Filtered } from './filter.ts';
import { asksNothing } from './past-reader.ts';

/** Installations with what a filter asks of their users' pasts, read in one query for all of them; at most 1,000. */
export async function filteredInstallations<I extends Installation>(
  filter: Filter,
  installations: readonly I[],
  repository: Pick<InstallationRepository, 'findPasts'>,
): Promise<readonly (I & Filtered)[]> {
  const asked = pastAskedBy(filter);
  const [first] = installations;
  if (asksNothing(asked) || !first) return installations;
  const pasts = await repository.findPasts(first.app, [...new Set(installations.map(({ userId }) => userId))], asked);
  return installations.map((installation) => ({ ...installation, ...pasts.get(installation.userId) }));
}
