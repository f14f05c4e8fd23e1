import {
  EXPLANATION_WORDS,
  type Attempt,
  type BatchResult,
  type Converted,
  type OutcomeCode,
  type Page,
  type PageEntry,
  type PlannedBatch,
  type Said,
  sentenceOf,
  wordOn,
} from '#libs/sends';
import { isoTime, type FrequencyCap } from '#libs/kernel';
import type { LedgerLine } from '#libs/registry';

/** One thing that happened, in order. `at` in ms; null where the instant is not stored. */
export interface ExplanationStep {
  readonly at: number | null;
  readonly step: string;
  readonly detail: string;
}

/** What became of a message that was planned or not, and why. */
export interface Explanation {
  /** An outcome of the message, `pending` before its last word, or `not_targeted`, `installation_unknown`. */
  readonly outcome: OutcomeCode | 'pending' | 'not_targeted' | 'installation_unknown' | 'forgotten';
  readonly reason: string | null;
  readonly steps: readonly ExplanationStep[];
}

/** A message's place in its batch, with all that was written about it. */
export interface MessageRecord {
  readonly page: Page;
  readonly entry: PageEntry;
  readonly batch: PlannedBatch | undefined;
  /** The message's index in the batch. */
  readonly index: number;
  readonly result: BatchResult | undefined;
  readonly attempts: readonly Attempt[];
  readonly ledger: readonly LedgerLine[];
  /** What the device said. */
  readonly receipts: readonly Said[];
  /** The event that it was for; null or absent: there was none. */
  readonly converted?: Converted | null;
  /** Frequency caps that the send counted for. */
  readonly caps?: readonly FrequencyCap[];
}

/** Tells the story of one targeted installation from its records. Pure. */
export function explainMessage(record: MessageRecord): Explanation {
  const { page, entry, batch } = record;
  if (!batch) {
    const reason = entry.suppressedBy ?? 'dry_run';
    return {
      outcome: 'skipped',
      reason,
      steps: [{ at: page.plannedAt, step: 'suppressed', detail: `left out at planning: ${sentenceOf('skipped', reason)}${capIn(record)}` }],
    };
  }
  const planned = { at: page.plannedAt, step: 'planned', detail: `batch ${batch.id} for ${batch.provider}, lane ${batch.lane}` };
  const steps = [
    planned,
    ...record.attempts.flatMap((attempt) => stepsOf(attempt, record.index)),
    ...record.ledger.map(ledgerStep),
    ...record.receipts.map(receiptStep),
    ...(record.converted ? [conversionStep(record.converted)] : []),
  ];
  steps.sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  return { ...verdictOf(record), steps };
}

/** Which cap, and when it would let the next one through. */
function capIn({ entry: { cap }, caps = [] }: MessageRecord): string {
  const broken = cap && caps[cap.index];
  if (!broken) return '';
  const { label, max, per, by } = broken;
  const what = label === '*' ? 'of all marketing' : `labelled “${label}”`;
  return ` The cap is ${max} ${what} in ${per} for each ${by}; the next may go at ${isoTime(cap.until)}.`;
}

function verdictOf({ result, index, attempts }: MessageRecord): Pick<Explanation, 'outcome' | 'reason'> {
  const waitsFor = attempts.findLast(({ mask }) => mask.has(index));
  const { state, parkedFor = null, results = [] } = waitsFor ?? {};
  const isOpen = state === 'parked' && !wordOn(results, index);
  if (isOpen && parkedFor !== null && parkedFor in EXPLANATION_WORDS) return { outcome: 'pending', reason: parkedFor };
  const latest = result && wordOn(result.results, index);
  if (!latest) return { outcome: 'pending', reason: 'not_tried_yet' };
  if (!result.final.has(index)) return { outcome: 'pending', reason: latest.reason ?? latest.outcome };
  return { outcome: latest.outcome, reason: latest.reason };
}

function stepsOf(attempt: Attempt, index: number): ExplanationStep[] {
  if (!attempt.mask.has(index)) return [];
  const steps: ExplanationStep[] = [];
  const said = wordOn(attempt.results, index);
  if (said)
    steps.push({ at: attempt.updatedAt, step: `attempt ${attempt.depth}`, detail: [said.outcome, said.reason].filter(Boolean).join(': ') });
  else if (attempt.state === 'parked') steps.push({ at: attempt.updatedAt, step: 'parked', detail: attempt.parkedFor ?? 'waiting' });
  else steps.push({ at: attempt.createdAt, step: `attempt ${attempt.depth}`, detail: 'under way' });
  if (attempt.doubt.has(index))
    steps.push({ at: attempt.updatedAt, step: 'in doubt', detail: 'the provider may have taken it without our knowing its answer' });
  const again = attempt.retry.find(({ messages }) => messages.has(index));
  if (again) steps.push({ at: again.dueAt, step: 'retry due', detail: `after attempt ${attempt.depth}` });
  return steps;
}

function receiptStep({ kind, action, at }: Said): ExplanationStep {
  return {
    at,
    step: action === null ? `receipt ${kind}` : `receipt action ${action}`,
    detail: 'the device says so, at this time by its own clock',
  };
}

function conversionStep({ at, after, value, event }: Converted): ExplanationStep {
  const name = event.slice(0, event.lastIndexOf(':'));
  return { at, step: 'converted', detail: `the user’s event ${name}, within the time after it was ${after}; its value is ${value}` };
}

function ledgerStep(line: LedgerLine): ExplanationStep {
  return {
    at: line.at,
    step: `token ${line.event}`,
    detail: [line.reason, line.toExternalId && `now ${line.toExternalId}`].filter(Boolean).join(', '),
  };
}
