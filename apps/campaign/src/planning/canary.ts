import type { Clock } from '#libs/kernel';
import { PAGE_ENTRIES, type BatchResult, type FailedCanary, type OutcomeCode, type PageHeader, type Send } from '#libs/sends';

/** Fewer need none: they are out before anybody could judge. */
const aboveRecipients = 2_000;
/** Of one provider; fewer say nothing of a send. */
const enoughAnswers = 20;
const badShare = 0.5;
/** With so many of its messages answered it is judged. */
const answeredShare = 0.9;
/** What has not been answered by then (a provider that is down or slow) is the business of breaker and rate, and no fault of the send, ms. */
const patienceMs = 5_000;
/** What would befall the rest as well: the message, its topic or key, the addresses as a whole. */
const faults: readonly OutcomeCode[] = ['payload_bad', 'template_error', 'wrong_sender', 'token_invalid'];

/** What is known of the first messages of a send. */
export type CanaryVerdict =
  { readonly kind: 'waiting' } | { readonly kind: 'passed' } | { readonly kind: 'failed'; readonly canary: FailedCanary };

/**
 * The first messages of a large send go out alone: where most of a provider's answers find the same fault, the send stops before it has found it a million
 * times.
 */
export class Canary {
  constructor(
    private readonly clock: Clock,
    /** How many; 0: none, everything goes at once. */
    readonly messages: number,
  ) {}

  /** Whether the send waits for the word on its first messages. */
  isOpen(send: Send): boolean {
    const { lane, options, recipients, audience, canary } = send;
    const isLarge = lane === 'bulk' && !options.dryRun && recipients > aboveRecipients && audience.kind !== 'shared';
    return this.messages > 0 && isLarge && canary === undefined;
  }

  /** Whether nothing more of a slice may be planned now: the first page of the first slice is the canary. */
  holds(send: Send, slice: number, previous: PageHeader | undefined): boolean {
    return this.isOpen(send) && (slice > 0 || previous !== undefined);
  }

  /** How many installations the next page may have. */
  pageSize(send: Send, slice: number, previous: PageHeader | undefined): number {
    return this.isOpen(send) && slice === 0 && previous === undefined ? Math.min(this.messages, PAGE_ENTRIES) : PAGE_ENTRIES;
  }

  judge(page: PageHeader, results: ReadonlyMap<string, BatchResult>): CanaryVerdict {
    const found = page.batches.flatMap(({ id }) => results.get(id) ?? []);
    const providers = [...new Set(found.map(({ provider }) => provider))];
    for (const provider of providers) {
      const canary = faultOf(found.filter((result) => result.provider === provider));
      if (canary) return { kind: 'failed', canary };
    }
    const sent = page.batches.reduce((sum, { size }) => sum + size, 0);
    const answered = found.reduce((sum, { final }) => sum + final.size, 0);
    const isOver = answered >= sent * answeredShare || this.clock.now() - page.plannedAt >= patienceMs;
    return { kind: isOver ? 'passed' : 'waiting' };
  }
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
