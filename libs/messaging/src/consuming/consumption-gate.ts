import { FairLine, type Random } from '#libs/kernel';
import { pauseAfter, type ConsumeSettings } from './consume-settings.ts';

/** Lets a bounded number of handlers of one group member work at a time, shares in turn, and none while a dependency is down. */
export class ConsumptionGate {
  #running = 0;
  readonly #waiting = new FairLine<() => void>();
  #outages = 0;
  #pause: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    private readonly concurrency: number,
    private readonly settings: ConsumeSettings,
    private readonly random: Random,
  ) {}

  /** Resolves when the caller may work; whoever enters has to leave. Those who wait go in turn by share, in a share in the order they came. */
  async enter(share: string): Promise<void> {
    if (this.#isFree() && this.#waiting.isEmpty) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#waiting.add(share, resolve);
    });
  }

  leave(): void {
    this.#running -= 1;
    this.#admit();
  }

  /** A dependency is down: nobody enters for a while, longer each time until `recovered` is called. False when that was known. */
  pause(): boolean {
    if (this.#pause || this.#closed) return false;
    this.#outages += 1;
    const { dependencyPauseMs, maxDependencyPauseMs } = this.settings;
    const outages = Math.min(this.#outages, 16);
    this.#pause = setTimeout(
      () => {
        this.#pause = undefined;
        this.#admit();
      },
      pauseAfter(outages, dependencyPauseMs, 2, maxDependencyPauseMs, this.random.next()),
    );
    return true;
  }

  recovered(): void {
    this.#outages = 0;
  }

  /** Lets all who wait go on; they find their consumer closed. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#admit();
  }

  #isFree(): boolean {
    return this.#closed || (!this.#pause && this.#running < this.concurrency);
  }

  #admit(): void {
    while (!this.#waiting.isEmpty && this.#isFree()) {
      this.#running += 1;
      this.#waiting.next()?.();
    }
  }
}
