import {
  BATCH_LIMIT,
  type Page,
  type PageEntry,
  type PageHeader,
  type PlannedBatch,
  type Send,
  type Suppression,
  type Variables,
  batchId,
  pageId,
} from '#libs/sends';
import { installationKey, type ProviderName } from '#libs/kernel';
import { pacedUntil } from './pace.ts';
import type { CapRefusal } from './frequency-caps.ts';
import { SendRules } from './send-rules.ts';

/** A targeted installation, with what planning has to know of it. */
export interface Candidate {
  readonly installationId: string;
  readonly ownerEpoch: number;
  /** Null where the installation is gone since it was targeted. */
  readonly provider: ProviderName | null;
  readonly suppressedBy: Suppression | null;
  readonly variables: Variables | null;
  /** Where quiet hours are asked for; null: not known. */
  readonly timeZone?: string | null;
  /** Where frequency caps ask for it; null: nobody's. */
  readonly userId?: string | null;
}

export interface PageDraft {
  readonly send: Send;
  readonly slice: number;
  readonly n: number;
  /** Keys in `(after, through]`. */
  readonly after: string;
  readonly through: string;
  readonly last: boolean;
  /** In key order; at most 1,000. */
  readonly candidates: readonly Candidate[];
  /** The page before: of the slice, or of one that is planned before it. */
  readonly before?: PageHeader | undefined;
  readonly at: number;
  /** Where the page has first messages of its send; none unless said. */
  readonly canary?: CanaryRoom;
  /** Whom frequency caps leave out, by installation; nobody unless said. */
  readonly capped?: ReadonlyMap<string, CapRefusal>;
}

/** How many of the first messages of a send there may be for each provider. */
export interface CanaryRoom {
  readonly perProvider: number;
  /** Messages in pages before. */
  readonly before: ReadonlyMap<ProviderName, number>;
  /** The page has nothing else, and ends before what would be. */
  readonly isAlone: boolean;
}

/** A page ends before a batch that those who are left of it could not fill by half: the next page's first one takes them. */
const minForAnotherBatch = BATCH_LIMIT / 2;

/** Decides a key range for good (correctness P1), up to `through` or less: who goes into which batch, and who into none by which rule. */
export function planPage({ send, slice, n, after, through, last, candidates, before, at, canary, capped }: PageDraft): Page {
  const id = pageId(send.id, slice, n);
  const targetedBefore = before?.targetedSoFar ?? 0;
  const batches = new Batches(id, send, at, canary);
  const rules = new SendRules(send, targetedBefore, at);
  const entries: PageEntry[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const ruling = rules.of(index, candidate);
    const { dueAt } = ruling;
    const cap = ruling.suppressedBy === null ? capped?.get(candidate.installationId) : undefined;
    const suppressedBy = cap ? 'frequency_cap' : ruling.suppressedBy;
    const { installationId, ownerEpoch, provider, variables } = candidate;
    const isSent = suppressedBy === null && provider !== null && !send.options.dryRun;
    if (isSent && !last && batches.wouldBeginScrap(provider, dueAt, candidates.length - index)) break;
    if (isSent && canary?.isAlone && dueAt === at && !batches.isForCanary(provider, dueAt)) break;
    const batch = isSent ? batches.add(provider, dueAt) : null;
    const entry: PageEntry = { installationId, ownerEpoch, batch, suppressedBy, ...(cap && { cap }) };
    if (batch === null) entries.push(provider === null ? entry : { ...entry, provider });
    else entries.push(variables ? { ...entry, variables } : entry);
  }
  const lastEntry = entries.length < candidates.length ? entries.at(-1) : undefined;
  const planned = batches.planned();
  const paced = pacedUntil(
    send,
    before,
    at,
    planned.reduce((sum, { size }) => sum + size, 0),
  );
  return {
    id,
    app: send.app,
    sendId: send.id,
    slice,
    n,
    after,
    through: lastEntry ? installationKey(send.app, lastEntry.installationId) : through,
    last: last && !lastEntry,
    entries,
    batches: planned,
    plannedAt: at,
    targetedSoFar: targetedBefore + entries.length,
    ...(paced !== undefined && { pacedUntil: paced }),
  };
}

interface BatchDraft {
  readonly index: number;
  readonly provider: ProviderName;
  readonly dueAt: number;
  readonly isCanary: boolean;
  size: number;
}

/** Fills a batch per provider and time, and another one when it is full; one of its own with the first messages of a send. */
class Batches {
  readonly #drafts: BatchDraft[] = [];
  readonly #open = new Map<string, BatchDraft>();
  readonly #first: Map<ProviderName, number>;

  constructor(
    private readonly page: string,
    private readonly send: Send,
    private readonly at: number,
    private readonly canary: CanaryRoom | undefined,
  ) {
    this.#first = new Map(canary?.before);
  }

  /** Whether the provider's next message would begin another batch, for `left` messages of any provider at most. */
  wouldBeginScrap(provider: ProviderName, dueAt: number, left: number): boolean {
    return left < minForAnotherBatch && this.#open.get(`${provider} ${dueAt}`)?.size === BATCH_LIMIT;
  }

  /** The index of the batch that the next message of the provider goes into. */
  add(provider: ProviderName, dueAt: number): number {
    const isCanary = this.isForCanary(provider, dueAt);
    if (isCanary) this.#first.set(provider, (this.#first.get(provider) ?? 0) + 1);
    const place = isCanary ? `${provider} first` : `${provider} ${dueAt}`;
    const open = this.#open.get(place);
    if (open && open.size < BATCH_LIMIT) {
      open.size += 1;
      return open.index;
    }
    const begun = { index: this.#drafts.length, provider, dueAt, isCanary, size: 1 };
    this.#drafts.push(begun);
    this.#open.set(place, begun);
    return begun.index;
  }

  /** Whether the provider's next message is one of the first of its send. What quiet hours hold is none: nobody waits for it. */
  isForCanary(provider: ProviderName, dueAt: number): boolean {
    return this.canary !== undefined && dueAt === this.at && (this.#first.get(provider) ?? 0) < this.canary.perProvider;
  }

  planned(): PlannedBatch[] {
    return this.#drafts.map(({ index, provider, dueAt, size, isCanary }) => ({
      id: batchId(this.page, index),
      provider,
      lane: this.send.lane,
      size,
      dueAt,
      ...(isCanary && { isCanary }),
    }));
  }
}
