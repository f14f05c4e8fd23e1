import type { InstallationRepository } from '../installation/installation.repository.ts';
import type { Installation } from '../installation/installation.ts';
import { eventNamesIn, type Filter, type Filtered } from './filter.ts';

/** Installations with what a filter asks of their users' behaviour, read in one query for all of them; at most 1,000. */
export async function filteredInstallations<I extends Installation>(
  filter: Filter,
  installations: readonly I[],
  repository: Pick<InstallationRepository, 'findBehaviour'>,
): Promise<readonly (I & Filtered)[]> {
  const names = eventNamesIn(filter);
  const [first] = installations;
  if (names.length === 0 || !first) return installations;
  const did = await repository.findBehaviour(first.app, [...new Set(installations.map(({ userId }) => userId))], names);
  return installations.map((installation) => {
    const events = did.get(installation.userId);
    return events ? { ...installation, events } : installation;
  });
}
