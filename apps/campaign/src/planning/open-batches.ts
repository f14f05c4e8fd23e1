import type { HaltRepository } from '#libs/access';
import { BUILT_PROVIDERS, type Clock } from '#libs/kernel';
import { awaitsCanary, type PageReader, type PlannedBatch, type ProviderStateReader, type ResultReader, type Send } from '#libs/sends';

interface OpenBatchesOfSend {
  readonly at: number;
  readonly byProvider: Map<string, number>;
  /** By what part the open batches of a provider count that follows nobody now; others count in full. */
  readonly stuck: ReadonlyMap<string, number>;
}

/** Planned and not settled batches of one provider. */
export interface OpenCount {
  readonly open: number;
  /** As they count for planning ahead: without those that wait for an hour; those of a provider that is stuck less, or not at all. */
  readonly ahead: number;
}

type OpenSend = Pick<Send, 'app' | 'id' | 'canary'>;

const freshForMs = 1_000;
const checkedAgainAfterMs = 100;
const sendsKnown = 1_000;
/** Batches of a provider that is down, or whose first messages have no answer yet, come back to look from time to time, so there may be ten times as many of them; what is halted costs nothing. */
const partWhileDown = 0.1;
const partWhileHalted = 0;

/**
 * How many batches of a send are planned and not settled: a big send plans no further ahead than its providers follow. One that is down or halted
 * holds the others up only much later.
 * Known from sums at most 1 s old and what was planned here since; a doubtful "full" is looked up again.
 */
export class OpenBatches {
  readonly #sends = new Map<string, OpenBatchesOfSend>();

  constructor(
    private readonly pages: PageReader,
    private readonly results: ResultReader,
    private readonly states: ProviderStateReader,
    private readonly halts: HaltRepository,
    private readonly clock: Clock,
    /** Of one provider. */
    readonly limit: number,
  ) {}

  async isFull(send: OpenSend): Promise<boolean> {
    const known = this.#sends.get(send.id);
    const age = known ? this.clock.now() - known.at : Infinity;
    if (known && age < freshForMs && most(known) < this.limit) return false;
    if (known && age < checkedAgainAfterMs) return true;
    return (await this.count(send)).ahead >= this.limit;
  }

  /** Counted now, of the provider that has the most. */
  async count(send: OpenSend): Promise<OpenCount> {
    const { id } = send;
    const at = this.clock.now();
    const results = await this.results.sums(id);
    const { byProvider } = await this.pages.sums(id);
    const open = Object.entries(byProvider).map(([provider, { batches }]): [string, number] => [
      provider,
      batches - (results.byProvider[provider]?.settledBatches ?? 0),
    ]);
    // What waits for an hour of the day keeps nobody from planning on.
    const ahead = open.map(([provider, batches]): [string, number] => [provider, Math.max(batches - (byProvider[provider]?.held ?? 0), 0)]);
    const counted = { at, byProvider: new Map(ahead), stuck: await this.#stuck(send) };
    this.#remember(id, counted);
    return { open: Math.max(0, ...open.map(([, batches]) => batches)), ahead: most(counted) };
  }

  /** Batches that this process has just planned. */
  planned(sendId: string, batches: readonly PlannedBatch[]): void {
    const known = this.#sends.get(sendId)?.byProvider;
    for (const { provider, dueAt } of batches) if (dueAt <= this.clock.now()) known?.set(provider, (known.get(provider) ?? 0) + 1);
  }

  async #stuck(send: OpenSend): Promise<ReadonlyMap<string, number>> {
    const states = await this.states.ofApp(send.app);
    const halts = await this.halts.inForce();
    return new Map([
      ...BUILT_PROVIDERS.filter((provider) => awaitsCanary(send, provider)).map((provider): [string, number] => [provider, partWhileDown]),
      ...states.flatMap(({ provider, health }): [string, number][] => (health === 'ok' ? [] : [[provider, partWhileDown]])),
      ...halts.flatMap(({ app: of, provider }): [string, number][] => (of === send.app && provider ? [[provider, partWhileHalted]] : [])),
    ]);
  }

  #remember(sendId: string, counted: OpenBatchesOfSend): void {
    this.#sends.delete(sendId);
    this.#sends.set(sendId, counted);
    const [oldest] = this.#sends.keys();
    if (this.#sends.size > sendsKnown && oldest !== undefined) this.#sends.delete(oldest);
  }
}

/** Where every provider of the send is stuck, they count in full: there is nobody to plan ahead for. */
function most({ byProvider, stuck }: OpenBatchesOfSend): number {
  const isAnyGoing = [...byProvider.keys()].some((provider) => !stuck.has(provider));
  const counts = [...byProvider].map(([provider, open]) => open * (isAnyGoing ? (stuck.get(provider) ?? 1) : 1));
  return Math.ceil(Math.max(0, ...counts));
}
