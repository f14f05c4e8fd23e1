import { setTimeout } from 'node:timers/promises';
import { aThing, type Thing } from '../consuming/test-events.ts';
import type { EventPublisher } from '../../src/event-publisher.ts';

const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'];

/** What was seen of each key, its first occurrences only. */
export class Seen {
  readonly #numbers = new Map(keys.map((key) => [key, new Set<number>()]));

  add({ key, n }: Thing): void {
    this.#numbers.get(key)?.add(n);
  }

  /** Every key as far as that, in order, without a gap. */
  isWhole(count: number): boolean {
    return [...this.#numbers.values()].every((numbers) => numbers.size === count);
  }

  get order(): readonly (readonly number[])[] {
    return [...this.#numbers.values()].map((numbers) => [...numbers]);
  }
}

/** What is seen of every key when nothing was lost and order was kept. */
export const upTo = (count: number) => keys.map(() => Array.from({ length: count }, (_, n) => n));

/** Publishes round after round, again what was not taken, until it is told to end; gives the number of rounds. */
export function publishing(publisher: EventPublisher) {
  const ending = new AbortController();
  let refused = 0;
  const rounds = (async () => {
    let n = 0;
    while (!ending.signal.aborted) {
      const events = keys.map((key) => aThing(key, n));
      try {
        await publisher.publish(events);
        n += 1;
      } catch {
        refused += 1;
      }
      await setTimeout(5);
    }
    return n;
  })();
  const end = () => {
    ending.abort();
    return rounds;
  };
  return { end, refusals: () => refused };
}
