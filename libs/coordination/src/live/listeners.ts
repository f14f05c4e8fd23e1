import type { Hints } from './live-events.ts';

class Listener implements Hints {
  #isTold = false;
  #wake: (() => void) | undefined;

  constructor(private readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  hear(): void {
    this.#isTold = true;
    this.#wake?.();
  }

  async next(withinMs: number): Promise<boolean> {
    if (!this.#isTold && !this.signal.aborted) await this.#toldOr(withinMs);
    const isTold = this.#isTold && !this.signal.aborted;
    this.#isTold = false;
    return isTold;
  }

  #toldOr(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Those who listen in this process, by channel. A channel is there as long as somebody listens to it. */
export class Listeners {
  readonly #byChannel = new Map<string, Set<Listener>>();

  /** `left` is called when the last one has left a channel. */
  constructor(private readonly left: (channel: string) => void = () => undefined) {}

  /** `isHeard`: the channel is heard already. */
  add(channel: string, signal: AbortSignal, isHeard: boolean): Hints {
    const listener = new Listener(signal);
    if (signal.aborted) return listener;
    const all = this.#byChannel.get(channel) ?? new Set();
    this.#byChannel.set(channel, all.add(listener));
    signal.addEventListener('abort', () => {
      this.#remove(channel, listener);
    }, { once: true }); // prettier-ignore
    if (isHeard) listener.hear();
    return listener;
  }

  hear(channel: string): void {
    for (const listener of this.#byChannel.get(channel) ?? []) listener.hear();
  }

  #remove(channel: string, listener: Listener): void {
    const all = this.#byChannel.get(channel);
    all?.delete(listener);
    if (all?.size !== 0) return;
    this.#byChannel.delete(channel);
    this.left(channel);
  }
}
