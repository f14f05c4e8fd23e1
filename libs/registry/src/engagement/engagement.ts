/** What a filter may ask of a person's messages. `received`: a device said anything of the message, for then it has it; `opened`: that it was opened. */
export const ENGAGEMENT_KINDS = ['received', 'opened'] as const;
export type EngagementKind = (typeof ENGAGEMENT_KINDS)[number];

/** When the devices of a person last did something with a message of a campaign. */
export interface Engagement {
  readonly kind: EngagementKind;
  /** Its id; empty for all sends of none. */
  readonly campaign: string;
  /** ms since 1970. */
  readonly at: number;
}

/** The same, of whoever owns the installation. */
export interface EngagementOfDevice extends Engagement {
  readonly installationId: string;
}

/** Instants in ms by `keyOfEngagement`. */
export type UserEngagements = Readonly<Record<string, number>>;

/** What a filter asks for; without `campaign`: a message of any, or of none. */
export interface AskedEngagement {
  readonly kind: EngagementKind;
  readonly campaign?: string;
}

/** Campaigns that are kept of a person and kind; of more, those that are longest ago go. */
export const MAX_ENGAGED_CAMPAIGNS = 100;

export function keyOfEngagement({ kind, campaign }: Pick<Engagement, 'kind' | 'campaign'>): string {
  return `${kind}:${campaign}`;
}

/** The way back from `keyOfEngagement`. */
export function engagementsOf(engagements: UserEngagements): readonly Engagement[] {
  return Object.entries(engagements).map(([key, at]) => {
    const end = key.indexOf(':');
    return { kind: key.slice(0, end) as EngagementKind, campaign: key.slice(end + 1), at };
  });
}

/** When it was last, ms; null where it never was. */
export function lastEngagement(engagements: UserEngagements | undefined, { kind, campaign }: AskedEngagement): number | null {
  if (!engagements) return null;
  if (campaign !== undefined) {
    const key = keyOfEngagement({ kind, campaign });
    return Object.hasOwn(engagements, key) ? (engagements[key] ?? null) : null;
  }
  const instants = engagementsOf(engagements).flatMap((one) => (one.kind === kind ? [one.at] : []));
  return instants.length === 0 ? null : Math.max(...instants);
}
