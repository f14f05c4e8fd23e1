import type { Variables } from '#libs/sends';
import type { Contest } from './contest.ts';
import type { Schedule } from './schedule.ts';

export const CAMPAIGN_STATES = ['draft', 'scheduled', 'running', 'paused', 'done', 'stopped'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** What became of a campaign since somebody launched it; a draft has none. Instants in ms. */
export interface CampaignRun {
  readonly app: string;
  /** The campaign's. */
  readonly id: string;
  /** 1 at first, +1 with every write; the campaign has a revision of its own. */
  readonly revision: number;
  readonly state: Exclude<CampaignState, 'draft'>;
  /** The state to go back to when it is resumed. */
  readonly pausedFrom: Exclude<CampaignState, 'draft' | 'paused' | 'stopped'> | null;
  readonly stateSince: number;
  /** The launch that began it: a launch that is repeated is the same one. */
  readonly launchId: string;
  /** Given with the launch; they lie over the campaign's own. */
  readonly variables: Variables;
  /** The one that `nextAt` was taken from; null: it was sent at launch. */
  readonly schedule: Schedule | null;
  /** The planned instant of its next send; null: none is planned. */
  readonly nextAt: number | null;
  /** When the scheduler has to look at it; null: paused, over, or it waits for triggers. */
  readonly dueAt: number | null;
  /** Its variants against each other; absent where each has its share of all. */
  readonly contest?: Contest;
  /** Why the last send that was planned did not come about. */
  readonly lastProblem: { readonly at: number; readonly code: string; readonly detail: string } | null;
}

/** All calls may throw DependencyUnavailable. */
export abstract class CampaignRuns {
  abstract find(app: string, id: string): Promise<CampaignRun | undefined>;
  /** Those of some campaigns of an app, at most 1,001 of them, in any order. */
  abstract findMany(app: string, ids: readonly string[]): Promise<readonly CampaignRun[]>;
  /** Stores it if the stored revision is `run.revision - 1` (1: not stored). Throws StaleRevision. */
  abstract save(run: CampaignRun): Promise<void>;
  /** Safe to repeat. */
  abstract remove(app: string, id: string): Promise<void>;
  /** Those whose time has come (ms), longest due first. */
  abstract findDue(now: number, limit: number): Promise<readonly CampaignRun[]>;
  /** The running ones that a cause starts (see `startedBy`). */
  abstract findStartedBy(app: string, cause: string): Promise<readonly CampaignRun[]>;
}

/** What starts sends of a run for single users: an event or an attribute, by name; null: its schedule or a call. */
export function startedBy({ state, schedule }: Pick<CampaignRun, 'state' | 'schedule'>): string | null {
  if (state !== 'running' || !schedule || !('on' in schedule)) return null;
  return 'event' in schedule.on ? causeOfEvent(schedule.on.event) : causeOfAttribute(schedule.on.attribute);
}

export function causeOfEvent(name: string): string {
  return `event:${name}`;
}

export function causeOfAttribute(name: string): string {
  return `attribute:${name}`;
}

/** Whether it has still something to send by itself. */
export function isLive({ state }: Pick<CampaignRun, 'state'>): boolean {
  return state === 'scheduled' || state === 'running' || state === 'paused';
}
