import type { LiveEvents } from '#libs/coordination';
import { againWhenStale, crashPoint, type Clock } from '#libs/kernel';
import { type Send, type SendState, type SendSums, newSlice, sendChannel } from '#libs/sends';
import type { PageRepository } from '#libs/sends/page/writing';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import type { PlanNextPage } from '../planning/plan-next-page.ts';
import { changeSlice } from '../planning/change-slice.ts';
import type { OpenBatches } from '../planning/open-batches.ts';
import { finishedEvent } from '../send/new-send.ts';
import { noteEnd } from '../send/note-end.ts';
import type { LiveSums } from './live-sums.ts';
import type { SuppressionMetrics } from './suppression-metrics.ts';

const conflicts = 10;

/** How a send stands after a look at it. */
export interface SendProgress {
  readonly send: Send;
  /** Every slice's last page is stored. */
  readonly planned: boolean;
  /** Planned and not settled batches of the provider that has most of them. */
  readonly openBatches: number;
  /** As they count for planning ahead. */
  readonly batchesAhead: number;
}

/**
 * Looks for an unplanned slice and an unsettled batch; without either, the send is over: its sums are frozen and `send.finished.v1`
 * leaves with them. A paused send stays as it is. Once it is over, its sums change only where a dead letter was replayed: messages that
 * were `dead` have got another word. Safe to repeat. Undefined for an unknown send. Throws DependencyUnavailable.
 */
export class FinishSend {
  constructor(
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly pages: PageRepository,
    private readonly nextPage: PlanNextPage,
    private readonly open: OpenBatches,
    private readonly liveSums: LiveSums,
    private readonly suppressions: SuppressionMetrics,
    private readonly live: LiveEvents,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, sendId: string): Promise<SendProgress | undefined> {
    return againWhenStale(conflicts, async () => {
      const send = await this.sends.findById(app, sendId);
      if (!send) return undefined;
      const progress = await this.#look(send);
      const next = await this.#nextState(progress);
      if (!next) return progress;
      const finished = progress.send.finishedAt === null ? finishedEvent(next) : undefined;
      if (finished) crashPoint('campaign.done.before');
      await this.sends.save(next, finished ? [finished] : []);
      if (finished) crashPoint('campaign.done.after');
      this.live.tell(sendChannel(sendId));
      if (finished) noteEnd(next);
      if (finished) this.suppressions.ended(next);
      return { ...progress, send: next };
    });
  }

  async #look(send: Send): Promise<SendProgress> {
    if (send.finishedAt !== null) return { send, planned: true, openBatches: 0, batchesAhead: 0 };
    if (send.state === 'stopped' || send.state === 'failed') await this.#closeSlices(send);
    const slices = await this.slices.ofSend(send.id);
    const planned = slices.filter((slice) => slice.planned).length === send.slices;
    const { open, ahead } = await this.open.count(send);
    return { send, planned, openBatches: open, batchesAhead: ahead };
  }

  /** What was not planned when a send was stopped is not targeted, whoever is still planning. */
  async #closeSlices(send: Send): Promise<void> {
    const stored = new Map((await this.slices.ofSend(send.id)).map((slice) => [slice.slice, slice]));
    for (let number = 0; number < send.slices; number += 1) {
      if (stored.get(number)?.planned) continue;
      const slice = stored.get(number) ?? newSlice(send, number, this.clock.now());
      await this.slices.open([slice]);
      let last = await this.pages.last(send.id, number);
      while (!last?.last) last = await this.nextPage.close(send, slice, last);
      await changeSlice(this.slices, send.id, number, (now) =>
        now.planned ? undefined : { slice: { ...now, planned: true, waiting: false } },
      );
    }
  }

  async #nextState({ send, planned, openBatches }: SendProgress): Promise<Send | undefined> {
    if (send.finishedAt !== null) return this.#withoutReplayed(send);
    if (send.state === 'paused' || send.state === 'scheduled' || !planned) return undefined;
    const now = this.clock.now();
    if (openBatches > 0)
      return send.state === 'planning' ? { ...send, state: 'sending', stateSince: now, revision: send.revision + 1 } : undefined;
    const { sums } = await this.liveSums.now(send);
    const [state, stateReason] = endOf(send, sums);
    const stateSince = state === send.state ? (send.stateSince ?? send.createdAt) : now;
    return { ...send, state, stateReason, stateSince, finishedAt: now, sums, dueAt: null, revision: send.revision + 1 };
  }

  /** Looked for only where there are dead messages: nothing else ever changes after the end. */
  async #withoutReplayed(send: Send): Promise<Send | undefined> {
    const dead = send.sums?.outcomes['dead'] ?? 0;
    if (dead === 0) return undefined;
    const { sums } = await this.liveSums.now(send);
    const isSettled = sums.counts.remaining === 0 && sums.counts.targeted === send.sums?.counts.targeted; // not so after retention
    return isSettled && sums.outcomes['dead'] !== dead ? { ...send, sums, revision: send.revision + 1 } : undefined;
  }
}

/** A rule that counted somebody may find nobody when it is planned. */
function endOf({ state, stateReason }: Send, { counts }: SendSums): [SendState, string | null] {
  if (state === 'stopped' || state === 'failed') return [state, stateReason];
  return counts.targeted === 0 ? ['no_target', 'nobody_matches'] : ['done', null];
}
