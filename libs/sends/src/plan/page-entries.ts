import type { ProviderName } from '#libs/kernel';
import type { Variables } from '../message.ts';
import type { Suppression } from '../outcome-code.ts';
import type { PageEntry } from './page.ts';

/** What a page says of many entries, once: the batch, or the rule and provider. */
type Decision = readonly [batch: number | null, suppressedBy: Suppression | null, provider: ProviderName | null];

/** Entries as parallel arrays, a fifth of what objects would take: ids, owner epochs, and the index of each one's decision. */
interface PackedEntries {
  readonly ids: readonly string[];
  readonly epochs: readonly number[];
  readonly decided: readonly number[];
  readonly decisions: readonly Decision[];
  /** By position; most entries have none. */
  readonly variables?: Readonly<Record<string, Variables>>;
}

export function packEntries(entries: readonly PageEntry[]): string {
  const decisions: Decision[] = [];
  const indexes = new Map<string, number>();
  const decided = entries.map(({ batch, suppressedBy, provider = null }) => {
    const key = batch === null ? `${suppressedBy ?? ''}:${provider ?? ''}` : `${batch}:${provider ?? ''}`;
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, decisions.length);
    return decisions.push([batch, suppressedBy, provider]) - 1;
  });
  const own = entries.flatMap(({ variables }, index) => (variables ? [[index, variables] as const] : []));
  const packed: PackedEntries = {
    ids: entries.map(({ installationId }) => installationId),
    epochs: entries.map(({ ownerEpoch }) => ownerEpoch),
    decided,
    decisions,
    ...(own.length > 0 && { variables: Object.fromEntries(own) }),
  };
  return JSON.stringify(packed);
}

export function unpackEntries(text: string): PageEntry[] {
  const { ids, epochs, decided, decisions, variables } = JSON.parse(text) as PackedEntries;
  return ids.map((installationId, index) => {
    const [batch, suppressedBy, provider] = decisions[decided[index] ?? -1] ?? [null, null, null];
    const own = variables?.[index];
    return {
      installationId,
      ownerEpoch: epochs[index] ?? 0,
      batch,
      suppressedBy,
      ...(provider !== null && { provider }),
      ...(own && { variables: own }),
    };
  });
}
