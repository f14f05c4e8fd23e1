import type { Clock } from '#libs/kernel';
import type { PageReader, PlannedBatch, ResultReader } from '#libs/sends';

interface OpenBatchesOfSend {
  readonly at: number;
  readonly byProvider: Map<string, number>;
}

const freshForMs = 1_000;
const checkedAgainAfterMs = 100;
const sendsKnown = 1_000;

/**
 * How many batches of a send are planned and not settled: a big send plans no further ahead than its providers follow.
 * Known from sums at most 1 s old and what was planned here since; a doubtful "full" is looked up again.
 */
export class OpenBatches {
  readonly #sends = new Map<string, OpenBatchesOfSend>();

  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly clock: Clock,
    /** Of one provider. */
    readonly limit: number,
  ) {}

  async isFull(sendId: string): Promise<boolean> {
    const known = this.#sends.get(sendId);
    const age = known ? this.clock.now() - known.at : Infinity;
    if (known && age < freshForMs && most(known) < this.limit) return false;
    if (known && age < checkedAgainAfterMs) return true;
    return (await this.count(sendId)) >= this.limit;
  }

  /** The open batches of the provider that has the most, counted now. */
  async count(sendId: string): Promise<number> {
    const at = this.clock.now();
    const results = await this.results.sums(sendId);
    const { byProvider } = await this.pages.sums(sendId);
    const open = Object.entries(byProvider).map(([provider, { batches }]): [string, number] => [
      provider,
      batches - (results.byProvider[provider]?.settledBatches ?? 0),
    ]);
    const counted = { at, byProvider: new Map(open) };
    this.#remember(sendId, counted);
    return most(counted);
  }

  /** Batches that this process has just planned. */
  planned(sendId: string, batches: readonly PlannedBatch[]): void {
    const known = this.#sends.get(sendId)?.byProvider;
    for (const { provider } of batches) known?.set(provider, (known.get(provider) ?? 0) + 1);
  }

  #remember(sendId: string, counted: OpenBatchesOfSend): void {
    this.#sends.delete(sendId);
    this.#sends.set(sendId, counted);
    const [oldest] = this.#sends.keys();
    if (this.#sends.size > sendsKnown && oldest !== undefined) this.#sends.delete(oldest);
  }
}

function most({ byProvider }: OpenBatchesOfSend): number {
  return Math.max(0, ...byProvider.values());
}
