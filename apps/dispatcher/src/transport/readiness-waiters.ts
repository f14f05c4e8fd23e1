import type { Readiness } from './transport.ts';

interface Waiter {
  readonly by: number;
  readonly resolve: (readiness: Readiness) => void;
}

/** Callers for whom "busy" is no answer yet. */
export class ReadinessWaiters {
  #waiters: Waiter[] = [];

  get isEmpty(): boolean {
    return this.#waiters.length === 0;
  }

  /** Resolves when it is told; `by` is when its caller wants to know in any case. */
  add(by: number): Promise<Readiness> {
    const { promise, resolve } = Promise.withResolvers<Readiness>();
    this.#waiters.push({ by, resolve });
    return promise;
  }

  tellAll(readiness: Readiness): void {
    for (const { resolve } of this.#waiters.splice(0)) resolve(readiness);
  }

  tellDue(now: number, readiness: () => Readiness): void {
    const due = this.#waiters.filter(({ by }) => by <= now);
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !due.includes(waiter));
    for (const { resolve } of due) resolve(readiness());
  }
}
