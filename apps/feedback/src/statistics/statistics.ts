/** What is counted, as sums; `activeInstallations` is a level and stands apart. */
export type StatCount =
  | 'targeted' | 'suppressed' | 'accepted' | 'failed' | 'received' | 'displayed' | 'opened' | 'dismissed' | 'tokensRemoved'
  | 'converted' | 'uninstalled' | 'uninstalledAfter' | 'reinstalled' | 'newInstallations'; // prettier-ignore
/** Those that are not there are 0. */
export type StatCounts = Readonly<Partial<Record<StatCount, number>>>;

export const STAT_GROUPS = ['provider', 'platform', 'campaign', 'variant', 'reason'] as const;
export type StatGroup = (typeof STAT_GROUPS)[number];
export type StatGroups = Readonly<Record<StatGroup, string | null>>;

/** What is counted of one group in one hour. */
export interface StatRow extends StatGroups {
  readonly counts: StatCounts;
}

/** Installations with a push token, at the end of the hour or, in the running one, lately. */
export interface ActiveInstallations {
  readonly provider: string;
  readonly installations: number;
}

/** What one source has to say of an hour; written as a whole, so that writing it again changes nothing. */
export interface StatPart {
  readonly app: string;
  /** Hours since 1970. */
  readonly hour: number;
  /** The id of a send, or `registry`. */
  readonly source: string;
  readonly rows: readonly StatRow[];
  /** Of the source `registry` alone. */
  readonly active?: readonly ActiveInstallations[];
}

/** The sum of an hour's parts. Once it is sealed its parts are gone, and it never changes. */
export interface StatHour {
  readonly app: string;
  readonly hour: number;
  readonly revision: number;
  readonly sealed: boolean;
  readonly rows: readonly StatRow[];
  readonly active: readonly ActiveInstallations[];
}

export const HOUR_MS = 3_600_000;
export const REGISTRY_SOURCE = 'registry';
/** Stands for the campaigns of an hour beyond those that are told apart. */
export const OTHER_CAMPAIGNS = '*';
/** Groups of one hour that are told apart; beyond them campaigns are summed into one. */
const maxRows = 2_000;

export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS);
}

/** Rows added up by group, in the order in which the groups came. */
export class StatSum {
  readonly #rows = new Map<string, { readonly groups: StatGroups; readonly counts: Record<string, number> }>();

  get size(): number {
    return this.#rows.size;
  }

  add({ provider, platform, campaign, variant, reason }: StatGroups, more: StatCounts): void {
    const groups = { provider, platform, campaign, variant, reason };
    const key = JSON.stringify([provider, platform, campaign, variant, reason]);
    let row = this.#rows.get(key);
    if (!row) this.#rows.set(key, (row = { groups, counts: {} }));
    for (const [name, count] of Object.entries(more)) if (count !== 0) row.counts[name] = (row.counts[name] ?? 0) + count;
  }

  addAll(rows: readonly StatRow[]): void {
    for (const { counts, ...groups } of rows) this.add(groups, counts);
  }

  rows(): StatRow[] {
    return Array.from(this.#rows.values(), ({ groups, counts }) => ({ ...groups, counts }));
  }
}

/** The rows of an hour in as many groups as are kept: where there are more, the campaigns with the fewest messages are summed into one. */
export function boundedRows(rows: readonly StatRow[]): StatRow[] {
  if (rows.length <= maxRows) return [...rows];
  const sizes = new Map<string, { rows: number; targeted: number }>();
  for (const { campaign, counts } of rows) {
    const size = sizes.get(campaign ?? '') ?? { rows: 0, targeted: 0 };
    sizes.set(campaign ?? '', { rows: size.rows + 1, targeted: size.targeted + (counts.targeted ?? 0) });
  }
  const kept = new Set<string>(['']);
  let left = maxRows / 2;
  for (const [campaign, size] of [...sizes].sort(([one, a], [other, b]) => b.targeted - a.targeted || (one < other ? -1 : 1))) {
    if (size.rows > left) break;
    left -= size.rows;
    kept.add(campaign);
  }
  const sum = new StatSum();
  for (const { counts, ...row } of rows)
    sum.add(kept.has(row.campaign ?? '') ? row : { ...row, campaign: OTHER_CAMPAIGNS, variant: null }, counts);
  return sum.rows();
}
