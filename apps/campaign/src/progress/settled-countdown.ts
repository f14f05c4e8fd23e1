const sendsKnown = 10_000;

/**
 * Counts settled batches down to the next look at a send: with k batches open, k of them have to settle before it can be over.
 * An unknown send is looked at. Forgetting one costs a look, never a result.
 */
export class SettledCountdown {
  readonly #left = new Map<string, number>();

  /** A batch of the send settled: is it time to look? */
  isDue(sendId: string): boolean {
    const left = (this.#left.get(sendId) ?? 1) - 1;
    this.#left.set(sendId, left);
    return left <= 0;
  }

  restart(sendId: string, batches: number): void {
    this.#left.delete(sendId);
    this.#left.set(sendId, batches);
    const [oldest] = this.#left.keys();
    if (this.#left.size > sendsKnown && oldest !== undefined) this.#left.delete(oldest);
  }
}
