import { BUILT_PROVIDERS, unlessStale, type Clock, type ProviderName } from '#libs/kernel';
import {
  type ProviderAnswers,
  type BatchResult,
  type PurgeTally,
  type Send,
  type SendReader,
  type TokenFinding,
  isOpen,
} from '#libs/sends';
import type { ResultRepository } from '#libs/sends/result/writing';
import { enoughAnswers, endsHold } from './purge-breaker.ts';

const pageSize = 100;

export type Bucket = keyof PurgeTally;

/** What was held of one send and provider, and is let go of. */
export interface EndedHold {
  readonly sendId: string;
  readonly provider: ProviderName;
  readonly bucket: Bucket;
  /** What the later send's provider said. */
  readonly found: ProviderAnswers;
}

/** A finished send, and how often its provider called tokens invalid. */
interface Evidence {
  readonly send: Send;
  readonly provider: ProviderName;
  readonly tally: PurgeTally;
}

/**
 * Ends what the mass-purge breaker held of earlier sends, once a later one has enough answers to judge by: where that is below the limit, the cause is gone;
 * where it is not, the later hold stands for the earlier one. What is let go of is no purge: a token that is dead is found by the next message to it.
 */
export class EndHolds {
  constructor(
    private readonly results: ResultRepository,
    private readonly sends: SendReader,
    private readonly clock: Clock,
  ) {}

  /** Answers which holds end. Safe to repeat. `answers`: how many messages of the send were answered at most. Throws DependencyUnavailable. */
  async execute(app: string, sendId: string, answers: number): Promise<readonly EndedHold[]> {
    if (!enoughAnswers(answers)) return [];
    const send = await this.sends.findById(app, sendId);
    if (!send) return [];
    const ended: EndedHold[] = [];
    for (const provider of BUILT_PROVIDERS) {
      const tally = await this.results.purgeTally(sendId, provider);
      if (enoughAnswers(tally.confirmed.answers + tally.imported.answers))
        ended.push(...(await this.#endEarlier({ send, provider, tally })));
    }
    return ended;
  }

  async #endEarlier(evidence: Evidence): Promise<readonly EndedHold[]> {
    const ended = new Map<string, ReadonlySet<Bucket>>();
    for await (const result of allWithFindings(this.results, evidence.provider)) {
      if (result.app !== evidence.send.app || result.sendId === evidence.send.id) continue;
      const buckets = ended.get(result.sendId) ?? (await this.#bucketsEnded(result.sendId, evidence));
      ended.set(result.sendId, buckets);
      if (buckets.size > 0) await this.#letGo(result, buckets);
    }
    const { provider, tally } = evidence;
    return [...ended].flatMap(([sendId, buckets]) => [...buckets].map((bucket) => ({ sendId, provider, bucket, found: tally[bucket] })));
  }

  async #bucketsEnded(sendId: string, { send, provider, tally: later }: Evidence): Promise<ReadonlySet<Bucket>> {
    const earlier = await this.sends.findById(send.app, sendId);
    if (earlier && (isOpen(earlier) || earlier.createdAt >= send.createdAt)) return new Set();
    const held = await this.results.purgeTally(sendId, provider);
    return new Set((['confirmed', 'imported'] as const).filter((bucket) => endsHold(held[bucket], later[bucket])));
  }

  async #letGo(result: BatchResult, buckets: ReadonlySet<Bucket>): Promise<void> {
    const left = result.pendingFindings.filter((finding) => !isHeld(finding) || !buckets.has(bucketOf(finding)));
    if (left.length === result.pendingFindings.length) return;
    const now = this.clock.now();
    const dueAt = left.length > 0 ? result.dueAt : null;
    await unlessStale(this.results.save({ ...result, revision: result.revision + 1, pendingFindings: left, updatedAt: now, dueAt }, []));
  }
}

/** Every result of a provider with findings that have not been carried out, a page at a time. */
export async function* allWithFindings(
  results: ResultRepository,
  provider: ProviderName,
  after: string | null = null,
): AsyncGenerator<BatchResult> {
  for (let from = after; ;) {
    const page = await results.withFindings(provider, from, pageSize);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    from = last.batchId;
  }
}

/** Which of an audience's two parts a token is judged with. */
export function bucketOf({ imported }: TokenFinding): Bucket {
  return imported ? 'imported' : 'confirmed';
}

/** Whether a finding waits for the breaker, or for somebody's word on what it holds. */
export function isHeld({ outcome, released }: TokenFinding): boolean {
  return outcome === 'token_invalid' && !released;
}
