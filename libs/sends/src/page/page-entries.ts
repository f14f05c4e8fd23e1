import type { ProviderName } from '#libs/kernel';
import type { Variables } from '../message.ts';
import type { Suppression } from '../outcome-code.ts';
import type { BatchEntries, PageEntry } from './page.ts';

/** What a page says of many entries, once: the batch, or the rule and provider. */
type Decision = readonly [batch: number | null, suppressedBy: Suppression | null, provider: ProviderName | null];

/** Entries as parallel arrays, a fifth of what objects would take: ids, owner epochs, and the index of each one's decision. */
interface PackedEntries {
  readonly ids: readonly string[];
  readonly epochs: readonly number[];
  readonly decided: readonly number[];
  readonly decisions: readonly Decision[];
  /** By position, of those whom a frequency cap leaves out: its index, and until when. */
  readonly caps?: Readonly<Record<string, readonly [index: number, until: number]>>;
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
  const capped = entries.flatMap(({ cap }, index) => (cap ? [[index, [cap.index, cap.until]] as const] : []));
  const packed: PackedEntries = {
    ids: entries.map(({ installationId }) => installationId),
    epochs: entries.map(({ ownerEpoch }) => ownerEpoch),
    decided,
    decisions,
    ...(capped.length > 0 && { caps: Object.fromEntries(capped) }),
    ...(own.length > 0 && { variables: Object.fromEntries(own) }),
  };
  return JSON.stringify(packed);
}

export function unpackEntries(text: string): PageEntry[] {
  const packed = JSON.parse(text) as PackedEntries;
  return packed.ids.map((_, index) => entryAt(packed, index));
}

/** The entries of each batch of a page, in page order. */
export function unpackBatches(text: string): ReadonlyMap<number, BatchEntries> {
  const { ids, epochs, decided, decisions, variables } = JSON.parse(text) as PackedEntries;
  const batches = new Map<number, { installationIds: string[]; ownerEpochs: number[]; variables: Map<number, Variables> }>();
  const places = decisions.map(([batch]) => {
    if (batch === null) return undefined;
    const entries = batches.get(batch) ?? { installationIds: [], ownerEpochs: [], variables: new Map<number, Variables>() };
    batches.set(batch, entries);
    return entries;
  });
  for (let index = 0; index < decided.length; index += 1) {
    const entries = places[decided[index] ?? -1];
    if (!entries) continue;
    const own = variables?.[index];
    if (own) entries.variables.set(entries.installationIds.length, own);
    entries.installationIds.push(ids[index] ?? '');
    entries.ownerEpochs.push(epochs[index] ?? 0);
  }
  return batches;
}

function entryAt({ ids, epochs, decided, decisions, variables, caps }: PackedEntries, index: number): PageEntry {
  const [batch, suppressedBy, provider] = decisions[decided[index] ?? -1] ?? [null, null, null];
  const own = variables?.[index];
  const cap = caps?.[index];
  return {
    installationId: ids[index] ?? '',
    ownerEpoch: epochs[index] ?? 0,
    batch,
    suppressedBy,
    ...(provider !== null && { provider }),
    ...(cap && { cap: { index: cap[0], until: cap[1] } }),
    ...(own && { variables: own }),
  };
}
