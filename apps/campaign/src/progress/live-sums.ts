import type { Clock } from '#libs/kernel';
import type { PageReader, ResultReader, Send, SendSums } from '#libs/sends';
import { sendSums } from './send-sums.ts';

/** The sums of a send as they stand, and when something last moved. */
export interface Standing {
  readonly sums: SendSums;
  /** When a page was planned or a result came in last, ms. */
  readonly lastProgressAt: number;
}

interface Known {
  readonly at: number;
  readonly standing: Promise<Standing>;
}

const freshForMs = 1_000;
const bigSend = 1_000_000;
const freshForMsOfBig = 10_000;
const sendsKnown = 1_000;

/** The numbers of sends: frozen once a send is over, else summed at most once a second (ten, above a million). Throws DependencyUnavailable. */
export class LiveSums {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly clock: Clock,
  ) {}

  /** At most a second old; what the API shows. */
  async of(send: Send): Promise<Standing> {
    if (send.sums) return { sums: send.sums, lastProgressAt: send.finishedAt ?? send.createdAt };
    const known = this.#known.get(send.id);
    const freshFor = send.recipients > bigSend ? freshForMsOfBig : freshForMs;
    if (known && this.clock.now() - known.at < freshFor) return known.standing;
    return this.#remember(send);
  }

  /** As they are now. Results are read before pages: what is accepted has been targeted. */
  async now(send: Send): Promise<Standing> {
    const results = await this.results.sums(send.id);
    const plan = await this.pages.sums(send.id);
    const lastProgressAt = Math.max(send.createdAt, results.updatedAt ?? 0, plan.plannedAt ?? 0);
    return { sums: sendSums(send, plan, results), lastProgressAt };
  }

  #remember(send: Send): Promise<Standing> {
    const standing = this.now(send);
    this.#known.delete(send.id);
    this.#known.set(send.id, { at: this.clock.now(), standing });
    const [oldest] = this.#known.keys();
    if (this.#known.size > sendsKnown && oldest !== undefined) this.#known.delete(oldest);
    standing.catch(() => this.#known.delete(send.id)); // what failed is asked again, not remembered
    return standing;
  }
}
