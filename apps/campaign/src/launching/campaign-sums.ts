import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SharedCache } from '#libs/coordination';
import {
  NO_CONVERSIONS,
  NO_RECEIPTS,
  SEND_STATES,
  type ConversionReader,
  type ReceiptCounts,
  type ReceiptReader,
  type Send,
  type SendCounts,
} from '#libs/sends';
import type { SendPosition, SendRepository } from '#libs/sends/send/writing';
import { z } from 'zod';
import type { ScheduledSends } from '../send/scheduled-sends.ts';
import {
  conversionCounts,
  count,
  countsBy,
  countsByProvider,
  interval,
  messageCounts,
  receiptCounts,
  shownReceipts,
  wilson,
} from '../send/sums-shape.ts';
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
    conversions: conversionCounts,
    variants: z
      .array(
        z.object({
          name: z.string(),
          targeted: count,
          accepted: count,
          failed: count,
          received: count,
          displayed: count,
          opened: count,
          dismissed: count,
          converted: count,
          convertedShare: interval.nullable().meta({ description: 'Converted of accepted, the same way.' }),
          openedShare: interval
            .nullable()
            .meta({ description: 'Opened of accepted, with its 95 % confidence interval (Wilson); null where nothing was accepted.' }),
        }),
      )
      .meta({ description: 'Of each variant that has sends.' }),
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
  conversions: { count: 312, value: 12_301.5, after: { opened: 280, accepted: 32 } },
  variants: [
    {
      name: 'short',
      targeted: 20_000,
      accepted: 19_374,
      failed: 600,
      ...{ received: 18_422, displayed: 17_880, opened: 2_408, dismissed: 620 },
      converted: 312,
      convertedShare: { value: 0.0161, low: 0.0144, high: 0.018 },
      openedShare: { value: 0.1243, low: 0.1197, high: 0.129 },
    },
  ],
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
    private readonly conversions: ConversionReader,
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
    const { after, ...conversions } = send.conversion ? await this.conversions.countsOf(send.app, send.id) : NO_CONVERSIONS;
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
    addTo(stats.conversions as unknown as Record<string, number>, conversions);
    addTo(stats.conversions.after, after);
    if (send.variant !== undefined) addVariant(stats, send.variant, sums.counts, { ...receipts, converted: conversions.count });
    for (const [provider, ofProvider] of Object.entries(sums.byProvider)) addTo((stats.byProvider[provider] ??= noCounts()), ofProvider);
  }
}

function addVariant(
  { variants }: CampaignStats,
  name: string,
  { targeted, accepted, failed }: SendCounts,
  told: Omit<ReceiptCounts, 'actions'> & { readonly converted: number },
): void {
  const before = variants.find((variant) => variant.name === name);
  const sum = before ?? {
    name,
    targeted: 0,
    accepted: 0,
    failed: 0,
    received: 0,
    displayed: 0,
    opened: 0,
    dismissed: 0,
    converted: 0,
    convertedShare: null,
    openedShare: null,
  };
  if (!before) variants.push(sum);
  addTo(sum as unknown as Record<string, number>, { targeted, accepted, failed, ...told });
  sum.convertedShare = wilson(sum.converted, sum.accepted);
  sum.openedShare = wilson(sum.opened, sum.accepted);
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
  return {
    campaign,
    sends: 0,
    states: {},
    counts,
    outcomes: {},
    suppressedBy: {},
    byProvider: {},
    receipts,
    conversions: { ...NO_CONVERSIONS, after: { ...NO_CONVERSIONS.after } },
    variants: [],
  };
}
