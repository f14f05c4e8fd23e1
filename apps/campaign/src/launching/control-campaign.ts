import type { Clock } from '#libs/kernel';
import type { Send, SendState } from '#libs/sends';
import type { SendPosition } from '#libs/sends/send/writing';
import { CampaignNotFound, CampaignStateUnfit } from '../campaigns/campaign-errors.ts';
import type { CampaignRun, CampaignRuns } from '../campaigns/campaign-run.ts';
import type { CampaignRepository } from '../campaigns/campaign.repository.ts';
import type { Campaign } from '../campaigns/campaign.ts';
import type { ListSends } from '../control/list-sends.ts';
import type { PauseSend } from '../control/pause-send.ts';
import type { ResumeSend } from '../control/resume-send.ts';
import type { StopSend } from '../control/stop-send.ts';
import type { ChangeRun } from '../campaigns/change-run.ts';

export interface ControlledCampaign {
  readonly campaign: Campaign;
  readonly run: CampaignRun;
}

const atOnce = 50;
const goingOn: readonly SendState[] = ['scheduled', 'planning', 'sending'];
const open: readonly SendState[] = [...goingOn, 'paused'];

/**
 * Holds, lets go and ends a campaign with its sends: the run first, so that whoever is just making a send of it finds that out (see SettleNewSend), then
 * what is open. Each is safe to repeat. Throws CampaignNotFound, CampaignStateUnfit for a draft, DependencyUnavailable.
 */
export class ControlCampaign {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly changeRun: ChangeRun,
    private readonly listSends: ListSends,
    private readonly pauseSend: PauseSend,
    private readonly resumeSend: ResumeSend,
    private readonly stopSend: StopSend,
    private readonly clock: Clock,
  ) {}

  /** One that has made all its sends is paused, too, while they are under way. Throws CampaignStateUnfit for one that was stopped. */
  async pause(app: string, id: string): Promise<ControlledCampaign> {
    const changed = await this.#change(app, id, (run) => {
      if (run.state === 'stopped') throw new CampaignStateUnfit(id, run.state, 'launch it again');
      if (run.state === 'paused') return undefined;
      return { ...run, state: 'paused', pausedFrom: run.state, stateSince: this.clock.now(), dueAt: null };
    });
    await this.#each(app, id, goingOn, (send) => this.pauseSend.execute(app, send.id));
    return changed;
  }

  /** A planned time that has passed meanwhile counts as missed. One that is not paused stays as it is. */
  async resume(app: string, id: string): Promise<ControlledCampaign> {
    const changed = await this.#change(app, id, (run) => {
      if (run.state === 'stopped') throw new CampaignStateUnfit(id, run.state, 'launch it again');
      if (run.state !== 'paused') return undefined;
      const at = this.clock.now();
      // Due at once where no time is planned: the scheduler lets go of the triggers that were held.
      return { ...run, state: run.pausedFrom ?? 'running', pausedFrom: null, stateSince: at, dueAt: run.nextAt ?? at };
    });
    await this.#each(app, id, ['paused'], (send) => this.resumeSend.execute(app, send.id));
    return changed;
  }

  async stop(app: string, id: string): Promise<ControlledCampaign> {
    const changed = await this.#change(app, id, (run) =>
      run.state === 'stopped'
        ? undefined
        : { ...run, state: 'stopped', pausedFrom: null, stateSince: this.clock.now(), nextAt: null, dueAt: null },
    );
    await this.#each(app, id, open, (send) => this.stopSend.execute(app, send.id, 'campaign_stopped'));
    return changed;
  }

  async #change(
    app: string,
    id: string,
    next: (run: CampaignRun) => Omit<CampaignRun, 'app' | 'id' | 'revision'> | undefined,
  ): Promise<ControlledCampaign> {
    const campaign = await this.campaigns.findById(app, id);
    if (!campaign) throw new CampaignNotFound(id);
    const run = await this.changeRun.execute(app, id, (current) => {
      if (!current) throw new CampaignStateUnfit(id, 'draft', 'launch it first');
      return next(current);
    });
    if (!run) throw new CampaignNotFound(id);
    return { campaign, run };
  }

  /** Many at a time: each may wait 2 s for what is on the wire. What a repeat finds again stays as it is. */
  async #each(app: string, campaign: string, states: readonly SendState[], work: (send: Send) => Promise<unknown>): Promise<void> {
    for (const state of states) {
      for (let after: SendPosition | undefined; ;) {
        const { items, next } = await this.listSends.execute({ app, campaign, state, limit: atOnce, ...(after && { after }) });
        await Promise.all(items.map(work));
        if (!next) break;
        after = next;
      }
    }
  }
}

/**
 * Looks again at the run of a send that was just made of it: whoever paused or stopped the campaign in between may have found no such send. Answers the send as
 * it stands.
 */
export class SettleNewSend {
  constructor(
    private readonly runs: CampaignRuns,
    private readonly pauseSend: PauseSend,
    private readonly stopSend: StopSend,
  ) {}

  async execute(send: Send): Promise<Send> {
    if (send.campaign === null || send.finishedAt !== null) return send;
    const run = await this.runs.find(send.app, send.campaign);
    if (run?.state === 'paused') return this.pauseSend.execute(send.app, send.id);
    return run?.state === 'stopped' ? this.stopSend.execute(send.app, send.id, 'campaign_stopped') : send;
  }
}
