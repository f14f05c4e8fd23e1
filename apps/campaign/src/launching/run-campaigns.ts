import type { AppRepository } from '#libs/access';
import { PushError, note, unlessStale, uuid5, type Clock } from '#libs/kernel';
import { commandsOf, sendsOf } from '../campaigns/campaign-sends.ts';
import type { CampaignRun, CampaignRuns } from '../campaigns/campaign-run.ts';
import type { CampaignRepository } from '../campaigns/campaign.repository.ts';
import type { Campaign } from '../campaigns/campaign.ts';
import { stepOf, zonesAt, type Schedule } from '../campaigns/schedule.ts';
import type { MakeSend } from '../control/make-send.ts';
import type { CreateSend } from '../intake/create-send.ts';
import type { SendRequest } from '../send/send-request.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import type { SettleNewSend } from './control-campaign.ts';
import type { EndContest } from './end-contest.ts';
import type { ScheduleMetrics } from './schedule-metrics.ts';
import type { WaitingTriggers } from './waiting-trigger.ts';

const atOnce = 100;
const maxInOnePass = 10_000;
const releasedAtOnce = 1_000;

/**
 * Makes the sends whose planned time has come. The id of a send follows from campaign and planned instant, and creating it is insert-once; the run goes on to
 * the next instant by a conditional write after that. So a planned time makes one send, however many processes do this, and wherever one of them dies.
 * What was missed while nothing ran comes to one send or none, as the schedule says. Answers how many runs it looked at. Throws DependencyUnavailable.
 */
export class RunCampaigns {
  constructor(
    private readonly runs: CampaignRuns,
    private readonly campaigns: CampaignRepository,
    private readonly triggers: WaitingTriggers,
    private readonly apps: AppRepository,
    private readonly readSendRequest: ReadSendRequest,
    private readonly createSend: CreateSend,
    private readonly makeSend: MakeSend,
    private readonly settle: SettleNewSend,
    private readonly contests: EndContest,
    private readonly metrics: ScheduleMetrics,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    for (let looked = 0; ; looked += atOnce) {
      const due = await this.runs.findDue(this.clock.now(), atOnce);
      for (const run of due) await unlessStale(this.#step(run)); // whoever wrote first has looked at it too
      if (due.length < atOnce || looked >= maxInOnePass) return looked + due.length;
    }
  }

  async #step(run: CampaignRun): Promise<void> {
    const { app, id, schedule, nextAt } = run;
    const campaign = await this.campaigns.findById(app, id);
    const owner = await this.apps.findById(app);
    if (!campaign || !owner || owner.deletedAt !== undefined) return this.runs.remove(app, id);
    if (run.contest) return this.contests.execute(campaign, run, run.contest);
    if (!schedule || nextAt === null) return this.#release(run);
    const { goes, next } = stepOf(schedule, nextAt, this.clock.now());
    const problem = goes === null || 'at' in schedule ? null : await this.#send(campaign, run, schedule, goes);
    const state = next === null ? 'done' : 'running';
    const stateSince = state === run.state ? run.stateSince : this.clock.now();
    await this.runs.save({
      ...run,
      ...{ state, stateSince, nextAt: next, dueAt: next, revision: run.revision + 1 },
      lastProblem: goes === null ? run.lastProblem : problem,
    });
    if (goes === null) this.metrics.missed('late');
    else if (problem !== null) this.metrics.missed('refused');
  }

  /** Makes the send of a planned instant; answers why there is none, where the campaign cannot be sent as it is written. */
  async #send(campaign: Campaign, { variables }: CampaignRun, schedule: Schedule, plannedAt: number): Promise<CampaignRun['lastProblem']> {
    const { app, id } = campaign;
    try {
      const sends = await sendsOf(campaign, variables, this.readSendRequest);
      for (const each of commandsOf(campaign, plannedSendId(app, id, plannedAt), sends)) {
        const request = restrictedTo(schedule, plannedAt, each.request);
        const command = { ...each, request };
        // Most zones have nobody of a small audience.
        if (request.within && (await this.createSend.draft(command)).send.state === 'no_target') continue;
        await this.settle.execute(await this.makeSend.execute(command));
      }
      return null;
    } catch (error) {
      if (!(error instanceof PushError) || error.retryable) throw error;
      note('campaign not sent', { app, campaign: id, reason: error.code });
      return { at: this.clock.now(), code: error.code, detail: error.message };
    }
  }

  /** A campaign that was resumed: its triggers that fell due meanwhile wait no longer. */
  async #release(run: CampaignRun): Promise<void> {
    const { app, id } = run;
    while ((await this.triggers.release(app, id, releasedAtOnce)) === releasedAtOnce);
    await this.runs.save({ ...run, dueAt: null, revision: run.revision + 1 });
  }
}

/** The same cause always makes the same send. */
function plannedSendId(app: string, campaign: string, plannedAt: number): string {
  return uuid5('campaign', app, campaign, String(plannedAt));
}

function restrictedTo(schedule: Schedule, plannedAt: number, request: SendRequest): SendRequest {
  return 'localTime' in schedule
    ? { ...request, within: [...(request.within ?? []), { kind: 'zones', ...zonesAt(schedule, plannedAt) }] }
    : request;
}
