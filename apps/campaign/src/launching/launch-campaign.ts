import { parseDuration, parseInstant, type Clock } from '#libs/kernel';
import type { Send, Variables } from '#libs/sends';
import { commandsOf, endOfTest, sendsOf } from '../campaigns/campaign-sends.ts';
import { CampaignNotFound, CampaignStateUnfit } from '../campaigns/campaign-errors.ts';
import { isLive, type CampaignRun } from '../campaigns/campaign-run.ts';
import type { CampaignRepository } from '../campaigns/campaign.repository.ts';
import type { Campaign } from '../campaigns/campaign.ts';
import type { Contest } from '../campaigns/contest.ts';
import { ScheduleOver, plannedAtLaunch } from '../campaigns/reschedule-run.ts';
import type { Schedule } from '../campaigns/schedule.ts';
import type { MakeSend } from '../control/make-send.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import type { ChangeRun } from '../campaigns/change-run.ts';

export interface LaunchCampaignCommand {
  readonly app: string;
  readonly campaignId: string;
  /** Of the launch, and of the first send that it makes at once. */
  readonly launchId: string;
  /** Over the campaign's own. */
  readonly variables: Variables;
  readonly repeatable: boolean;
}

/** What a launch came to: the send that it made, or the run that makes sends later. */
export type Launched = { readonly send: Send } | { readonly run: CampaignRun; readonly campaign: Campaign };

const dayMs = 86_400_000;

/**
 * Launches a campaign as it is written now. Without a schedule, or with an instant, it makes the send; else its run begins, and the scheduler or triggers make
 * sends of what is written then. A launch that is repeated is the same one. Throws CampaignNotFound, CampaignStateUnfit while an earlier launch still has
 * something to send, SendInvalid, and what MakeSend throws.
 */
export class LaunchCampaign {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly changeRun: ChangeRun,
    private readonly readSendRequest: ReadSendRequest,
    private readonly makeSend: MakeSend,
    private readonly clock: Clock,
  ) {}

  async execute(command: LaunchCampaignCommand): Promise<Launched> {
    const { app, campaignId } = command;
    const campaign = await this.campaigns.findById(app, campaignId);
    if (!campaign) throw new CampaignNotFound(campaignId);
    const { schedule = null } = campaign; // absent in what was written before there were schedules
    return schedule === null || 'at' in schedule ? this.#send(campaign, schedule, command) : this.#begin(campaign, schedule, command);
  }

  async #send(campaign: Campaign, schedule: { readonly at: string } | null, command: LaunchCampaignCommand): Promise<Launched> {
    const { app, campaignId, launchId, variables, repeatable } = command;
    await this.changeRun.execute(app, campaignId, (current) => {
      checkLaunch(launchId, current);
      return undefined;
    });
    const sends = await sendsOf(campaign, variables, this.readSendRequest);
    const now = this.clock.now();
    const at = schedule && (parseInstant(schedule.at) ?? null);
    if (at !== null && at < now - dayMs) throw new ScheduleOver();
    const made: Send[] = [];
    for (const each of commandsOf(campaign, launchId, sends, repeatable)) {
      const request = at === null ? each.request : { ...each.request, sendAt: at };
      made.push(await this.makeSend.execute({ ...each, request }));
    }
    const [send] = made;
    if (!send) throw new CampaignNotFound(campaignId);
    const isWaiting = at !== null && at > now;
    const contest = contestOf(campaign, made, Math.max(at ?? now, now));
    const planned = isWaiting ? at : (contest?.decidesAt ?? null);
    await this.changeRun.execute(app, campaignId, (current) =>
      current?.launchId === launchId
        ? undefined
        : begun(
            isWaiting ? 'scheduled' : contest ? 'running' : 'done',
            { launchId, variables, schedule, nextAt: planned, dueAt: planned, ...(contest && { contest }) },
            now,
          ),
    );
    return { send };
  }

  async #begin(campaign: Campaign, schedule: Schedule, command: LaunchCampaignCommand): Promise<Launched> {
    const { app, campaignId, launchId, variables } = command;
    if ('cron' in schedule || 'localTime' in schedule) await sendsOf(campaign, variables, this.readSendRequest); // a missing variable is said now
    const now = this.clock.now();
    const planned = plannedAtLaunch(schedule, now);
    const state = 'localTime' in schedule ? 'scheduled' : 'running';
    const run = await this.changeRun.execute(app, campaignId, (current) => {
      checkLaunch(launchId, current);
      if (current?.launchId === launchId) return undefined;
      return begun(state, { launchId, variables, schedule, nextAt: planned, dueAt: planned }, now);
    });
    if (!run) throw new CampaignNotFound(campaignId);
    return { run, campaign };
  }
}

/** Throws CampaignStateUnfit where another launch is not over. */
function checkLaunch(launchId: string, current: CampaignRun | undefined): void {
  if (current && isLive(current) && current.launchId !== launchId)
    throw new CampaignStateUnfit(current.id, current.state, 'stop it before it is launched again');
}

/** `startsAt`: when the variants go out, ms. */
function contestOf(campaign: Campaign, made: readonly Send[], startsAt: number): Contest | undefined {
  const { winner = null } = campaign;
  if (!winner) return undefined;
  const variants = made.map(({ id, variant = '' }) => ({ name: variant, sendId: id }));
  return { by: winner.by, variants, from: endOfTest(campaign), decidesAt: startsAt + (parseDuration(winner.after) ?? 0) };
}

type Beginning = Pick<CampaignRun, 'launchId' | 'variables' | 'schedule' | 'nextAt' | 'dueAt' | 'contest'>;

function begun(state: CampaignRun['state'], beginning: Beginning, at: number): Omit<CampaignRun, 'app' | 'id' | 'revision'> {
  return { ...beginning, state, pausedFrom: null, stateSince: at, lastProblem: null };
}
