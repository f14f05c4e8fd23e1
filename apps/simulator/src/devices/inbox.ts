/** One push as a person with the phone would see it. `at` is RFC 3339. */
export interface Arrival {
  readonly title: string | null;
  readonly body: string | null;
  /** The app's own data, as text by key. */
  readonly data: Readonly<Record<string, string>>;
  readonly sendId: string | null;
  readonly link: string | null;
  /** A later push with the same id takes this one's place on the screen. */
  readonly collapseId: string | null;
  readonly at: string;
}

interface Waiter {
  readonly atLeast: number;
  done(): void;
}

const maxArrivals = 500;
const maxWaiters = 100;

/** What arrived on one phone, oldest first; the newest 500. */
export class Inbox {
  #arrivals: Arrival[] = [];
  #waiters: Waiter[] = [];

  get arrivals(): readonly Arrival[] {
    return this.#arrivals;
  }

  add(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    if (this.#arrivals.length > maxArrivals) this.#arrivals.shift();
    for (const waiter of this.#waiters.filter(({ atLeast }) => this.#arrivals.length >= atLeast)) waiter.done();
  }

  /** Resolves once so many pushes are there, or after `forMs`, or at once when too many others wait already. */
  async waitFor(atLeast: number, forMs: number): Promise<void> {
    if (this.#arrivals.length >= atLeast || forMs === 0 || this.#waiters.length >= maxWaiters) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        resolve();
      };
      const timer = setTimeout(done, forMs);
      const waiter = { atLeast, done };
      this.#waiters.push(waiter);
    });
  }

  clear(): void {
    this.#arrivals = [];
  }

  /** Lets everyone who waits go. */
  close(): void {
    for (const waiter of this.#waiters) waiter.done();
  }
}
