import { canonicalLocale } from '#libs/kernel';
import type { Installation } from '../installation/installation.ts';
import { filterCost, type Filter } from './filter.ts';
import type { TagExpression } from './tag-expression.ts';

/** What selects installations: everyone, those whose own and user's tags satisfy an expression, or those whom a filter selects. */
export type Audience =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'tags'; readonly expression: TagExpression }
  | { readonly kind: 'filter'; readonly filter: Filter };

/** The audience as a filter; null: everyone. */
export function filterOf(audience: Audience): Filter | null {
  return audience.kind === 'filter' ? audience.filter : audience.kind === 'tags' ? filterOfTags(audience.expression) : null;
}

function filterOfTags(expression: TagExpression): Filter {
  switch (expression.kind) {
    case 'tag':
      return { tag: expression.tag };
    case 'installation':
      return { installation: expression.id };
    case 'user':
      return { user: 'externalId', op: 'eq', value: expression.externalId };
    case 'not':
      return { not: filterOfTags(expression.operand) };
    case 'and':
      return { and: expression.operands.map(filterOfTags) };
    case 'or':
      return { or: expression.operands.map(filterOfTags) };
  }
}

export interface AudienceQuery {
  readonly audience: Audience;
  /** Keys in `(after, through]`. */
  readonly after: string;
  readonly through: string;
  /** Only installations first seen at or before (ms); null: no cut. */
  readonly firstSeenUntil: number | null;
  /** Answer at most so many matches … */
  readonly limit: number;
  /** … and look at no more than so many keys. */
  readonly scanLimit: number;
  /** The Android channel of the message: matches say whether it is switched off. Absent: none does. */
  readonly channel?: string;
  /** Whether matches say their time zone. Default: they do not, which is a column less to read. */
  readonly withTimeZone?: boolean;
  /** Whether matches say whose they are. Default: they do not. */
  readonly withUser?: boolean;
}

/** The columns that planning decides on; no token, no personal data. */
export interface SelectedInstallation extends Pick<
  Installation,
  'key' | 'id' | 'ownerEpoch' | 'provider' | 'subscription' | 'notificationsEnabled'
> {
  readonly hasToken: boolean;
  /** The query's `channel` is switched off there. */
  readonly isMuted: boolean;
  /** Perhaps null where the query does not ask for it. */
  readonly timeZone: string | null;
  /** Perhaps null where the query does not ask for it. */
  readonly userId: string | null;
}

export interface AudienceMatch {
  readonly matches: readonly SelectedInstallation[];
  /** Everything up to here has been looked at; `through` of the query when the range is exhausted. */
  readonly through: string;
  readonly scanned: number;
}

export interface AudiencePreview {
  readonly installations: number;
  readonly users: number;
  readonly byPlatform: Readonly<Record<string, number>>;
  readonly byLanguage: Readonly<Record<string, number>>;
  /** The 100 most frequent versions, `unknown` among them; the installations of all others together are `other`. */
  readonly byAppVersion: Readonly<Record<string, number>>;
  /** Those that a send without options of its own would be sent to (R39, R42). */
  readonly reachable: number;
  /** Ids of at most 10 of them. */
  readonly sample: readonly string[];
}

export const SAMPLE_SIZE = 10;

const turnMicros = 15_000;
const ownMicros = 2;

/** How many installations an audience is asked about before other work gets its turn, `most` at most. */
export function installationsATurn(audience: Audience, most: number): number {
  if (audience.kind !== 'filter') return most;
  return Math.max(1, Math.min(most, Math.floor(turnMicros / (ownMicros + filterCost(audience.filter)))));
}

const mostVersions = 100;

/** Installations that are alike in what a preview tells apart. */
export interface PreviewGroup {
  readonly platform: string;
  readonly language: string | null;
  readonly appVersion: string | null;
  readonly installations: number;
  readonly reachable: number;
}

/** A preview while it is counted, range by range. */
export class PreviewTally {
  readonly sample: string[] = [];
  readonly #byPlatform = new Map<string, number>();
  readonly #byLanguage = new Map<string, number>();
  readonly #byAppVersion = new Map<string, number>();
  #installations = 0;
  #reachable = 0;
  #users = 0;

  add({ platform, language, appVersion, installations, reachable }: PreviewGroup): void {
    const spoken = language === null ? 'unknown' : (canonicalLocale(language) ?? language); // stored before tags were made canonical
    this.#installations += installations;
    this.#reachable += reachable;
    count(this.#byPlatform, platform, installations);
    count(this.#byLanguage, spoken, installations);
    count(this.#byAppVersion, appVersion ?? 'unknown', installations);
  }

  addUsers(users: number): void {
    this.#users += users;
  }

  preview(): AudiencePreview {
    const versions = [...this.#byAppVersion].sort(([, one], [, other]) => other - one);
    const others = versions.slice(mostVersions).reduce((sum, [, installations]) => sum + installations, 0);
    return {
      installations: this.#installations,
      users: this.#users,
      reachable: this.#reachable,
      byPlatform: Object.fromEntries(this.#byPlatform),
      byLanguage: Object.fromEntries(this.#byLanguage),
      byAppVersion: { ...Object.fromEntries(versions.slice(0, mostVersions)), ...(others > 0 && { other: others }) },
      sample: this.sample,
    };
  }
}

function count(counts: Map<string, number>, name: string, more: number): void {
  counts.set(name, (counts.get(name) ?? 0) + more);
}
