import type { SharedCache } from '#libs/coordination';
import type { PageReader, ResultReader, Send, SendSums } from '#libs/sends';
import { z } from 'zod';
import { count, countsBy, countsByProvider, messageCounts } from '../send/sums-shape.ts';
import { sendSums } from './send-sums.ts';

/** The sums of a send as they stand, and when something last moved. */
export interface Standing {
  readonly sums: SendSums;
  /** When a page was planned or a result came in last, ms. */
  readonly lastProgressAt: number;
  /** When the last of the messages goes that were planned for later, ms; absent where none was. */
  readonly laterUntil?: number;
}

const freshForMs = 1_000;
const bigSend = 1_000_000;
const freshForMsOfBig = 10_000;

const standingShape: z.ZodType<Standing> = z.object({
  sums: z.object({
    counts: messageCounts,
    outcomes: countsBy,
    suppressedBy: countsBy,
    byProvider: countsByProvider,
  }),
  lastProgressAt: count,
  laterUntil: count.exactOptional(),
});

/**
 * The numbers of sends: frozen once a send is over, else summed at most once a second (ten, above a million), by one process for all of them.
 * Throws DependencyUnavailable.
 */
export class LiveSums {
  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly cache: SharedCache,
  ) {}

  /** At most a second old; what the API shows. */
  async of(send: Send): Promise<Standing> {
    if (send.sums) return { sums: send.sums, lastProgressAt: send.finishedAt ?? send.createdAt };
    const forMs = send.recipients > bigSend ? freshForMsOfBig : freshForMs;
    return this.cache.of(`sums:${send.id}`, { forMs, shape: standingShape, make: () => this.now(send) });
  }

  /** As they are now, from the documents alone: what ends a send. Results are read before pages: what is accepted has been targeted. */
  async now(send: Send): Promise<Standing> {
    const results = await this.results.sums(send.id);
    const plan = await this.pages.sums(send.id);
    const lastProgressAt = Math.max(send.createdAt, results.updatedAt ?? 0, plan.plannedAt ?? 0);
    const { laterUntil } = plan;
    return { sums: sendSums(send, plan, results), lastProgressAt, ...(laterUntil !== undefined && { laterUntil }) };
  }
}
