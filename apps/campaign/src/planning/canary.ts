import type { Clock, ProviderName } from '#libs/kernel';
import type { BatchResult, FailedCanary, OutcomeCode, PageHeader, PlannedBatch, Send, SendCanary } from '#libs/sends';
import type { CanaryRoom } from './plan-page.ts';

/** Fewer need none: they are out before anybody could judge. */
const aboveRecipients = 2_000;
/** Of one provider; fewer say nothing of a send. */
const enoughAnswers = 20;
const badShare = 0.5;
/** With so many of its messages answered it is judged. */
const answeredShare = 0.9;
/** From the first page on, ms. What has not been answered by then (a provider that is down or slow) is the business of breaker and rate, and no fault of the send. */
const patienceMs = 5_000;
/** What would befall the rest as well: the message, its topic or key, the addresses as a whole. */
const faults: readonly OutcomeCode[] = ['payload_bad', 'template_error', 'wrong_sender', 'token_invalid'];

/** Pages of the first slice that the first messages of a send are in, at most: whom so many hold fewer of has too few to be judged by. */
export const CANARY_PAGES = 20;

/** What is known of the first messages of a send: what it has to say of them from now on; undefined: nothing new. */
type CanaryVerdict = SendCanary | undefined;

/**
 * The first messages of a large send to each provider go out alone: where most of a provider's answers find the same fault, the send stops before it has found it
 * a million times. A provider that says nothing holds up its own messages only.
 */
export class Canary {
  constructor(
    private readonly clock: Clock,
    /** How many for each provider; 0: none, everything goes at once. */
    readonly messages: number,
  ) {}

  /** Whether a provider of the send waits for the word on its first messages. */
  isOpen(send: Send): boolean {
    return send.canary ? send.canary.verdict !== 'passed' && send.canary.judged !== undefined : this.#isWanted(send);
  }

  #isWanted({ lane, options, recipients, audience }: Send): boolean {
    return this.messages > 0 && lane === 'bulk' && !options.dryRun && recipients > aboveRecipients && audience.kind !== 'shared';
  }

  /** Whether nothing more of a slice may be planned now: all waits until one provider has answered what is in the first page of the first slice. */
  holds(send: Send, slice: number, previous: PageHeader | undefined): boolean {
    return send.canary === undefined && this.#isWanted(send) && (slice > 0 || previous !== undefined);
  }

  /** Whether the next page of a slice may have some of the first messages. */
  isIn(send: Send, slice: number, previous: PageHeader | undefined): boolean {
    return this.isOpen(send) && slice === 0 && (previous === undefined || previous.n + 1 < CANARY_PAGES);
  }

  /** How many of the first messages the page has room for that follows these, all of its slice. */
  roomAfter(pages: readonly PageHeader[]): CanaryRoom {
    const before = new Map<ProviderName, number>();
    for (const { provider, size } of firstBatches(pages)) before.set(provider, (before.get(provider) ?? 0) + size);
    return { perProvider: this.messages, before, isAlone: pages.length === 0 };
  }

  /** The batches of which `judge` has to know what they came to. `pages`: of the first slice, from its first on. */
  toJudge({ canary }: Send, pages: readonly PageHeader[]): readonly PlannedBatch[] {
    return firstBatches(pages).filter(({ provider }) => !judgedIn(canary).includes(provider));
  }

  /** Judges a send that is open by the first pages of its first slice. */
  judge(send: Send, pages: readonly PageHeader[], results: ReadonlyMap<string, BatchResult>): CanaryVerdict {
    const [first] = pages;
    if (!first) return undefined;
    const { canary } = send;
    const before = judgedIn(canary);
    const standings = standingsOf(this.toJudge(send, pages), results);
    for (const { provider, found } of standings) {
      const fault = faultOf(found);
      if (fault) return { ...fault, judged: [...before, provider] };
    }
    const isTimeOver = this.messages === 0 || this.clock.now() - first.plannedAt >= patienceMs;
    const areAllPlanned = pages.length >= CANARY_PAGES || pages.at(-1)?.last === true;
    const isJudged = ({ isAnswered, planned }: Standing) => isTimeOver || (isAnswered && (areAllPlanned || planned >= this.messages));
    const judged = standings.filter(isJudged).map(({ provider }) => provider);
    if (isTimeOver || (areAllPlanned && judged.length === standings.length)) return over(canary);
    if (canary ? judged.length === 0 : standings.every(({ isAnswered }) => !isAnswered) && standings.length > 0) return undefined;
    return canary?.verdict === 'failed'
      ? { ...canary, judged: [...before, ...judged] }
      : { verdict: 'going', judged: [...before, ...judged] };
  }
}

function over(canary: SendCanary | undefined): SendCanary {
  if (canary?.verdict !== 'failed') return { verdict: 'passed' };
  const { judged: _, ...failed } = canary;
  return failed;
}

function judgedIn(canary: SendCanary | undefined): readonly ProviderName[] {
  return canary === undefined || canary.verdict === 'passed' ? [] : (canary.judged ?? []);
}

function firstBatches(pages: readonly PageHeader[]): PlannedBatch[] {
  return pages.slice(0, CANARY_PAGES).flatMap(({ batches }) => batches.filter(({ isCanary }) => isCanary));
}

/** How the first messages to one provider stand. */
interface Standing {
  readonly provider: ProviderName;
  readonly planned: number;
  readonly isAnswered: boolean;
  readonly found: readonly BatchResult[];
}

function standingsOf(batches: readonly PlannedBatch[], results: ReadonlyMap<string, BatchResult>): Standing[] {
  return [...new Set(batches.map(({ provider }) => provider))].map((provider) => {
    const own = batches.filter((batch) => batch.provider === provider);
    const found = own.flatMap(({ id }) => results.get(id) ?? []);
    const planned = own.reduce((sum, { size }) => sum + size, 0);
    const answered = found.reduce((sum, { final }) => sum + final.size, 0);
    return { provider, planned, isAnswered: answered >= planned * answeredShare, found };
  });
}

interface Fault {
  readonly outcome: OutcomeCode;
  readonly reason: string | null;
  messages: number;
}

/** The fault that most answers of one provider have in common, by its most frequent reason. */
function faultOf(results: readonly BatchResult[]): FailedCanary | undefined {
  const [first] = results;
  const answers = results.reduce((sum, result) => sum + askedOf(result), 0);
  if (!first || answers < enoughAnswers) return undefined;
  for (const outcome of faults) {
    const found = reasonsOf(results, outcome);
    const bad = found.reduce((sum, { messages }) => sum + messages, 0);
    const [most] = found.sort((a, b) => b.messages - a.messages);
    if (most && bad >= answers * badShare)
      return { verdict: 'failed', provider: first.provider, outcome, reason: most.reason, answers, bad };
  }
  return undefined;
}

/** Messages with a last word that was not ours alone. */
function askedOf({ results, final }: BatchResult): number {
  return results.reduce((sum, { outcome, messages }) => (outcome === 'skipped' ? sum : sum + messages.intersect(final).size), 0);
}

function reasonsOf(results: readonly BatchResult[], outcome: OutcomeCode): Fault[] {
  const faultsByReason = new Map<string | null, Fault>();
  for (const { results: words, final } of results) {
    for (const { outcome: found, reason, messages } of words) {
      if (found !== outcome) continue;
      const fault = faultsByReason.get(reason) ?? { outcome, reason, messages: 0 };
      fault.messages += messages.intersect(final).size;
      faultsByReason.set(reason, fault);
    }
  }
  return [...faultsByReason.values()];
}
