import { PushError, note, uuid5, type Clock } from '#libs/kernel';
import type { ConversionReader, ReceiptReader } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { CampaignRun, CampaignRuns } from '../campaigns/campaign-run.ts';
import { restOf } from '../campaigns/campaign-sends.ts';
import type { Campaign } from '../campaigns/campaign.ts';
import { decided, type Contest, type VariantFigures } from '../campaigns/contest.ts';
import type { MakeSend } from '../control/make-send.ts';
import type { LiveSums } from '../progress/live-sums.ts';
import type { ReadSendRequest } from '../templates/read-send-request.ts';
import type { SettleNewSend } from './control-campaign.ts';

/**
 * Decides which variant of a launch the rest of the users gets, and makes that send. The decision is one conditional write of the run, before it; the id of
 * the send follows from the launch. So there is one of each, however many processes do this, and wherever one dies.
 */
export class EndContest {
  constructor(
    private readonly runs: CampaignRuns,
    private readonly readSendRequest: ReadSendRequest,
    private readonly makeSend: MakeSend,
    private readonly settle: SettleNewSend,
    private readonly sends: SendRepository,
    private readonly liveSums: LiveSums,
    private readonly receipts: ReceiptReader,
    private readonly conversions: ConversionReader,
    private readonly clock: Clock,
  ) {}

  /** For a run that is due. Throws StaleRevision where another process was first, DependencyUnavailable. */
  async execute(campaign: Campaign, run: CampaignRun, contest: Contest): Promise<void> {
    const now = this.clock.now();
    const { decidesAt } = contest;
    if (now < decidesAt) {
      const stateSince = run.state === 'running' ? run.stateSince : now;
      return this.runs.save({ ...run, state: 'running', stateSince, nextAt: decidesAt, dueAt: decidesAt, revision: run.revision + 1 });
    }
    const current = contest.decision ? run : await this.#decide(run, contest);
    const lastProblem = await this.#sendRest(campaign, current);
    const over = { state: 'done', stateSince: this.clock.now(), nextAt: null, dueAt: null } as const;
    await this.runs.save({ ...current, ...over, lastProblem, revision: current.revision + 1 });
  }

  async #decide(run: CampaignRun, contest: Contest): Promise<CampaignRun> {
    const figures: VariantFigures[] = [];
    for (const { name, sendId } of contest.variants) figures.push({ name, ...(await this.#figuresOf(run.app, sendId, contest.by)) });
    const decision = decided(figures, this.clock.now());
    const next = { ...run, contest: { ...contest, ...(decision && { decision }) }, revision: run.revision + 1 };
    await this.runs.save(next);
    note('campaign decided', { app: run.app, campaign: run.id, winner: decision?.winner ?? null, because: decision?.because ?? null });
    return next;
  }

  async #figuresOf(app: string, sendId: string, by: Contest['by']): Promise<Omit<VariantFigures, 'name'>> {
    const send = await this.sends.findById(app, sendId);
    if (!send) return { hits: 0, tries: 0 };
    const { counts } = (await this.liveSums.of(send)).sums;
    if (by === 'accepted') return { hits: counts.accepted, tries: counts.targeted };
    const hits =
      by === 'opened' ? (await this.receipts.countsOf(app, sendId)).opened : (await this.conversions.countsOf(app, sendId)).count;
    return { hits, tries: counts.accepted };
  }

  /** Answers why there is no send, where the campaign cannot be sent as it is written now. */
  async #sendRest(campaign: Campaign, { contest, launchId, variables }: CampaignRun): Promise<CampaignRun['lastProblem']> {
    const { decision, from = 0 } = contest ?? {};
    if (!decision) return null;
    const { app, id, revision } = campaign;
    try {
      const { request, body } = await restOf(campaign, variables, decision.winner, from, this.readSendRequest);
      const command = { id: uuid5('rest', launchId), app, campaign: id, campaignRevision: revision, request, body, repeatable: true };
      await this.settle.execute(await this.makeSend.execute(command));
      return null;
    } catch (error) {
      if (!(error instanceof PushError) || error.retryable) throw error;
      note('campaign not sent', { app, campaign: id, reason: error.code });
      return { at: this.clock.now(), code: error.code, detail: error.message };
    }
  }
}
