import { Circuit, type CircuitAnswer } from './circuit.ts';

const windowSeconds = 10;
const enoughAnswers = 20;
const badShare = 0.5;

/** Opens when at least half of 20 or more answers within 10 s say that the provider is down (correctness P2); a probe closes it again. */
export class Breaker {
  readonly #circuit: Circuit;
  #seconds: { second: number; answers: number; down: number }[] = [];
  #reason: string | null = null;

  constructor(probeAfterMs: number) {
    this.#circuit = new Circuit(probeAfterMs);
  }

  get openSince(): number | null {
    return this.#circuit.openSince;
  }

  get probeAt(): number | null {
    return this.#circuit.probeAt;
  }

  /** What the provider said last when it was down. */
  get reason(): string | null {
    return this.#reason;
  }

  peek(now: number): CircuitAnswer {
    return this.#circuit.peek(now);
  }

  take(now: number): CircuitAnswer {
    return this.#circuit.take(now);
  }

  abandonProbe(): void {
    this.#circuit.abandonProbe();
  }

  /**
   * Answers of a probe, or of messages that were on the wire when it opened: a good majority closes it, and is answered with true. `downForMs`: how long
   * the provider wants to be left alone, where it said so.
   */
  observe(answers: number, down: number, reason: string | null, now: number, downForMs = 0): boolean {
    if (answers === 0) return false;
    if (down > 0) this.#reason = reason;
    const wasOpen = this.#circuit.openSince !== null;
    if (wasOpen && down < answers * badShare) {
      this.#close();
      return true;
    }
    if (wasOpen || this.#isBad(answers, down, now)) this.#circuit.open(now, downForMs);
    return false;
  }

  #close(): void {
    this.#circuit.close();
    this.#seconds = [];
    this.#reason = null;
  }

  #isBad(answers: number, down: number, now: number): boolean {
    const second = Math.floor(now / 1000);
    this.#seconds = this.#seconds.filter((bucket) => bucket.second > second - windowSeconds);
    let bucket = this.#seconds.at(-1);
    if (bucket?.second !== second) this.#seconds.push((bucket = { second, answers: 0, down: 0 }));
    bucket.answers += answers;
    bucket.down += down;
    const allAnswers = this.#seconds.reduce((sum, one) => sum + one.answers, 0);
    const allDown = this.#seconds.reduce((sum, one) => sum + one.down, 0);
    return allAnswers >= enoughAnswers && allDown >= allAnswers * badShare;
  }
}
