import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SharedCache } from '#libs/coordination';
import { NO_RECEIPTS, SEND_STATES, type ReceiptReader, type Send } from '#libs/sends';
import type { SendPosition, SendRepository } from '#libs/sends/send/writing';
import { z } from 'zod';
import type { ScheduledSends } from '../send/scheduled-sends.ts';
import { count, countsBy, countsByProvider, messageCounts, receiptCounts, shownReceipts } from '../send/sums-shape.ts';
import type { LiveSums } from '../progress/live-sums.ts';

/** The sums of all sends of a campaign that are kept. */
export const campaignStats = z
  .object({
    campaign: z.string(),
    sends: count.meta({ description: 'Sends made of it, those that wait for their time included.' }),
    states: z.partialRecord(z.enum(SEND_STATES), count).meta({ description: 'Its sends by state.' }),
    counts: messageCounts.meta({
      description: 'targeted = suppressed + accepted + failed + remaining; `users` sums what its sends say of users.',
    }),
    outcomes: countsBy,
    suppressedBy: countsBy,
    byProvider: countsByProvider,
    receipts: receiptCounts,
  })
  .meta({ id: 'CampaignStats' });

export type CampaignStats = z.output<typeof campaignStats>;

export const statsExample: CampaignStats = {
  campaign: 'spring',
  sends: 2,
  states: { done: 2 },
  counts: { users: null, targeted: 20_000, suppressed: 26, accepted: 19_374, failed: 600, remaining: 0, possibleDuplicates: 0 },
  outcomes: { token_invalid: 600 },
  suppressedBy: { unsubscribed: 26 },
  byProvider: { apns: { targeted: 20_000, suppressed: 26, accepted: 19_374, failed: 600, remaining: 0 } },
  receipts: {
    ...{ received: 18_422, displayed: 17_880, opened: 2_408, dismissed: 620, actions: { reply: 82 } },
    rates: { received: 0.9509, displayed: 0.9229, opened: 0.1243, dismissed: 0.032 },
  },
};

const atOnce = 200;
const freshForMs = 2_000;

/** Sums the sends of a campaign, some hundreds at a time with other work in between; at most 2 s old. Throws DependencyUnavailable. */
export class SumCampaign {
  constructor(
    private readonly sends: SendRepository,
    private readonly scheduled: ScheduledSends,
    private readonly liveSums: LiveSums,
    private readonly receipts: ReceiptReader,
    private readonly cache: SharedCache,
  ) {}

  execute(app: string, campaign: string): Promise<CampaignStats> {
    return this.cache.of(`campaign-stats:${app}:${campaign}`, {
      forMs: freshForMs,
      shape: campaignStats,
      make: () => this.#sum(app, campaign),
    });
  }

  async #sum(app: string, campaign: string): Promise<CampaignStats> {
    const stats = noStats(campaign);
    const lists = [
      (after?: SendPosition) => this.sends.list(app, { campaign }, atOnce, after),
      async (after?: SendPosition) => (await this.scheduled.list(app, { campaign }, atOnce, after)).map(({ send }) => send),
    ];
    for (const list of lists) {
      for (let after: SendPosition | undefined; ;) {
        const some = await list(after);
        for (const send of some) await this.#add(stats, send);
        const last = some.at(-1);
        if (!last || some.length < atOnce) break;
        after = { createdAt: last.createdAt, id: last.id };
        await nextTurn();
      }
    }
    return { ...stats, receipts: shownReceipts(stats.receipts, stats.counts.accepted) };
  }

  async #add(stats: CampaignStats, send: Send): Promise<void> {
    const { sums } = await this.liveSums.of(send);
    const { actions, ...receipts } = await this.receipts.countsOf(send.app, send.id);
    stats.sends += 1;
    stats.states[send.state] = (stats.states[send.state] ?? 0) + 1;
    const { users, ...counts } = sums.counts;
    if (users !== null) stats.counts.users = (stats.counts.users ?? 0) + users;
    addTo(stats.counts as unknown as Record<string, number>, counts);
    addTo(stats.outcomes, sums.outcomes);
    addTo(stats.suppressedBy, sums.suppressedBy);
    addTo(stats.receipts as unknown as Record<string, number>, receipts);
    addTo(stats.receipts.actions, actions);
    for (const [provider, ofProvider] of Object.entries(sums.byProvider)) addTo((stats.byProvider[provider] ??= noCounts()), ofProvider);
  }
}

function addTo(sum: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, more] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + more;
}

function noCounts() {
  return { targeted: 0, accepted: 0, failed: 0, suppressed: 0, remaining: 0 };
}

function noStats(campaign: string): CampaignStats {
  const counts = { users: null, ...noCounts(), possibleDuplicates: 0 };
  const receipts = shownReceipts({ ...NO_RECEIPTS, actions: {} }, 0);
  return { campaign, sends: 0, states: {}, counts, outcomes: {}, suppressedBy: {}, byProvider: {}, receipts };
}
