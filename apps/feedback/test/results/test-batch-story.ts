import { IndexSet, type PlannedBatch, firstAttemptId, retryAttemptId } from '#libs/sends';
import type { AttemptReport } from '../../src/results/merge-attempt.ts';

/** What becomes of one message when it is sent: what the provider did, and what the dispatcher heard of it. */
export interface Fate {
  readonly outcome: string;
  readonly reason: string | null;
  /** It lies in the provider's hands, whatever was heard. */
  readonly isTaken: boolean;
  readonly isDoubtful: boolean;
  readonly isRetried: boolean;
}

interface StoryAttempt {
  readonly id: string;
  readonly depth: number;
  readonly mask: readonly number[];
  revision: number;
  intended: readonly number[];
  isHeld: boolean;
  readonly fates: Map<number, Fate>;
  readonly doubt: Set<number>;
  doubtAgain: number;
  /** Messages by due time; those whose attempt has begun. */
  readonly slots: { readonly messages: readonly number[]; isBegun: boolean }[];
}

const deepest = 3;

/**
 * A batch as dispatchers work on it (correctness P2), boiled down to who sent what and who wrote what: windows, deaths, takeovers, retries, replayed
 * dead letters. It knows what the provider really took, and every report that left.
 */
export class BatchStory {
  readonly reports: AttemptReport[] = [];
  /** How often the provider took each message. */
  readonly taken: number[];
  readonly #attempts: StoryAttempt[] = [];

  constructor(
    readonly batch: PlannedBatch,
    readonly sendId: string,
  ) {
    this.taken = new Array<number>(batch.size).fill(0);
  }

  get isOver(): boolean {
    return (
      this.#attempts.length > 0 && this.#attempts.every((attempt) => this.#isDone(attempt) && attempt.slots.every(({ isBegun }) => isBegun))
    );
  }

  begin(windowSize: number): void {
    if (this.#attempts.length === 0) this.#open(firstAttemptId(this.batch.id), 1, [...this.taken.keys()], windowSize);
  }

  /** A window is sent, answered and recorded; the next one is intended in the same write. */
  work(pick: number, fates: readonly Fate[], windowSize: number): void {
    const attempt = this.#pick(pick, (one) => one.isHeld);
    if (!attempt) return;
    const retried = attempt.intended.filter((index, at) => this.#send(attempt, index, fates[at % fates.length]));
    if (retried.length > 0) attempt.slots.push({ messages: retried, isBegun: false });
    attempt.intended = this.#pending(attempt).slice(0, windowSize);
    if (this.#isDone(attempt)) attempt.isHeld = false;
    this.#report(attempt);
  }

  /** Some of a window reach the provider, then the dispatcher is gone, or so late that its answers are refused. */
  die(pick: number, isTaken: readonly boolean[]): void {
    const attempt = this.#pick(pick, (one) => one.isHeld);
    if (!attempt) return;
    for (const [at, index] of attempt.intended.entries()) this.#take(index, isTaken[at % isTaken.length] ?? false);
    attempt.isHeld = false;
  }

  /** Another one takes what nobody holds: doubt is written before anything is sent again. */
  takeOver(pick: number, windowSize: number): void {
    const attempt = this.#pick(pick, (one) => !one.isHeld && !this.#isDone(one));
    if (!attempt) return;
    for (const index of attempt.intended) this.#doubt(attempt, index);
    attempt.intended = this.#pending(attempt).slice(0, windowSize);
    attempt.isHeld = true;
    attempt.revision += 2;
  }

  retry(pick: number, windowSize: number): void {
    const attempt = this.#pick(pick, (one) => this.#isDone(one) && one.slots.some(({ isBegun }) => !isBegun));
    const at = attempt?.slots.findIndex(({ isBegun }) => !isBegun) ?? -1;
    const slot = attempt?.slots[at];
    if (!attempt || !slot) return;
    slot.isBegun = true;
    this.#open(retryAttemptId(attempt.id, at), attempt.depth + 1, slot.messages, windowSize);
  }

  /** What was declared dead is replayed: it waits for another attempt again. */
  replay(pick: number): void {
    const isDead = (one: StoryAttempt) =>
      this.#isDone(one) && one.depth < deepest && [...one.fates.values()].some(({ outcome }) => outcome === 'dead');
    const attempt = this.#pick(pick, isDead);
    if (!attempt) return;
    const dead = [...attempt.fates].filter(([, { outcome }]) => outcome === 'dead').map(([index]) => index);
    for (const index of dead)
      attempt.fates.set(index, { outcome: 'retry_later', reason: null, isTaken: false, isDoubtful: false, isRetried: true });
    attempt.slots.push({ messages: dead, isBegun: false });
    this.#report(attempt);
  }

  /** Whether the message is to be tried again. */
  #send(attempt: StoryAttempt, index: number, given: Fate | undefined): boolean {
    if (!given) return false;
    const fate = attempt.depth < deepest ? given : { ...given, isRetried: false };
    this.#take(index, fate.isTaken);
    attempt.fates.set(index, fate);
    if (fate.isDoubtful) this.#doubt(attempt, index);
    return fate.isRetried;
  }

  #doubt(attempt: StoryAttempt, index: number): void {
    if (attempt.doubt.has(index)) attempt.doubtAgain += 1;
    attempt.doubt.add(index);
  }

  #take(index: number, isTaken: boolean): void {
    if (isTaken) this.taken[index] = (this.taken[index] ?? 0) + 1;
  }

  #open(id: string, depth: number, mask: readonly number[], windowSize: number): void {
    const intended = mask.slice(0, windowSize);
    this.#attempts.push({
      id,
      depth,
      mask,
      revision: 1,
      intended,
      isHeld: true,
      fates: new Map(),
      doubt: new Set(),
      doubtAgain: 0,
      slots: [],
    });
  }

  #pick(pick: number, fits: (attempt: StoryAttempt) => boolean): StoryAttempt | undefined {
    const fitting = this.#attempts.filter(fits);
    return fitting[pick % fitting.length];
  }

  #pending({ mask, fates }: StoryAttempt): readonly number[] {
    return mask.filter((index) => !fates.has(index));
  }

  #isDone(attempt: StoryAttempt): boolean {
    return this.#pending(attempt).length === 0;
  }

  /** One write of the attempt, and the event that leaves with it. */
  #report(attempt: StoryAttempt): void {
    attempt.revision += 1;
    const { id: attemptId, depth, revision, fates, doubt, doubtAgain, slots } = attempt;
    const { id: batchId, provider, lane } = this.batch;
    this.reports.push({
      app: 'demo', sendId: this.sendId, batchId, attemptId, depth, revision, provider, lane, at: '2026-01-01T00:00:00.000Z', tokens: [],
      results: [...fates].map(([index, { outcome, reason }]) => ({ outcome, reason, messages: IndexSet.of([index]).toString() })),
      retrying: IndexSet.of(slots.flatMap(({ messages }) => messages)).toString(),
      doubt: IndexSet.of(doubt).toString(), doubtAgain,
    }); // prettier-ignore
  }
}
