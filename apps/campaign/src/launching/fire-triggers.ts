import { PushError, note, type Clock } from '#libs/kernel';
import { commandsOf, triggeredSendsOf } from '../campaigns/campaign-sends.ts';
import type { CampaignRuns } from '../campaigns/campaign-run.ts';
import type { CampaignRepository } from '../campaigns/campaign.repository.ts';
import type { MakeSend } from '../control/make-send.ts';
import type { CreateSend } from '../intake/create-send.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import type { SettleNewSend } from './control-campaign.ts';
import type { WaitingTrigger, WaitingTriggers } from './waiting-trigger.ts';

/**
 * Makes the send of a trigger, as its campaign is written now, for those installations of the user that `to` of the campaign selects. Insert-once by the
 * trigger's id. Throws DependencyUnavailable; what cannot be sent is noted and dropped.
 */
export class FireTrigger {
  constructor(
    private readonly campaigns: CampaignRepository,
    private readonly runs: CampaignRuns,
    private readonly triggers: WaitingTriggers,
    private readonly readSendRequest: ReadSendRequest,
    private readonly createSend: CreateSend,
    private readonly makeSend: MakeSend,
    private readonly settle: SettleNewSend,
    private readonly clock: Clock,
  ) {}

  async execute(trigger: WaitingTrigger): Promise<void> {
    const { app, id, campaign: campaignId } = trigger;
    const run = await this.runs.find(app, campaignId);
    const campaign = await this.campaigns.findById(app, campaignId);
    if (run?.state === 'paused') return this.#hold(trigger);
    if (run?.state !== 'running' || !campaign) return this.triggers.remove(app, id);
    try {
      const user = { externalId: trigger.user, variables: null };
      const sends = await triggeredSendsOf(campaign, run.variables, [user], this.readSendRequest);
      for (const each of commandsOf(campaign, id, sends)) {
        const ttlMs = each.request.ttlMs - Math.max(this.clock.now() - trigger.dueAt, 0);
        const command = { ...each, request: { ...each.request, ttlMs, event: trigger.event } };
        if (ttlMs <= 0) note('trigger not sent', { app, campaign: campaignId, reason: 'expired' });
        // Somebody whom the campaign, or this variant, is not for leaves no send behind.
        else if ((await this.createSend.draft(command)).send.state !== 'no_target')
          await this.settle.execute(await this.makeSend.execute(command));
      }
    } catch (error) {
      if (!(error instanceof PushError) || error.retryable) throw error;
      note('trigger not sent', { app, campaign: campaignId, reason: error.code });
    }
    await this.triggers.remove(app, id);
  }

  async #hold(trigger: WaitingTrigger): Promise<void> {
    const { app, campaign } = trigger;
    await this.triggers.insert(trigger); // one without a delay has not been stored
    await this.triggers.mark(trigger, 'held');
    if ((await this.runs.find(app, campaign))?.state !== 'paused') await this.triggers.release(app, campaign, 1); // resumed meanwhile
  }
}

const atOnce = 100;
const inParallel = 25;
const maxInOnePass = 10_000;

/** Makes the sends of triggers whose time has come: they are found by an index, so that those that wait cost nothing. Answers how many. Throws DependencyUnavailable. */
export class FireDueTriggers {
  constructor(
    private readonly triggers: WaitingTriggers,
    private readonly fire: FireTrigger,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    for (let fired = 0; ; fired += atOnce) {
      const due = await this.triggers.findDue(this.clock.now(), atOnce);
      for (let from = 0; from < due.length; from += inParallel)
        await Promise.all(due.slice(from, from + inParallel).map((trigger) => this.fire.execute(trigger)));
      if (due.length < atOnce || fired >= maxInOnePass) return fired + due.length;
    }
  }
}

const dayMs = 86_400_000;
/** Longer than topics keep the events that would make it again. */
const cancelledKeptMs = 8 * dayMs;

/** Lets go of cancelled triggers once nothing can make them again. Answers how many. Throws DependencyUnavailable. */
export class ForgetTriggers {
  constructor(
    private readonly triggers: WaitingTriggers,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    for (let dropped = 0; ;) {
      const some = await this.triggers.dropCancelled(this.clock.now() - cancelledKeptMs, atOnce);
      dropped += some;
      if (some < atOnce) return dropped;
    }
  }
}
