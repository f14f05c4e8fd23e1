import type { Clock } from '#libs/kernel';
import type { GroupLag } from '../consuming/event-transport.ts';
import type { KafkaClient } from './kafka-client.ts';
import { startsOf } from './kafka-progress.ts';

/** A group, and what its members in this process hold in memory. */
export interface KnownGroup {
  readonly group: string;
  readonly topic: string;
  /** When the log took the oldest unfinished message of a partition in memory, ms. */
  oldestAt(partition: number): number | undefined;
}

interface Standstill {
  readonly next: number;
  readonly since: number;
}

/**
 * How far groups are behind. The age of what is in memory here is exact; what no member here holds is as old, at least, as the time for which its
 * partition has not moved on.
 */
export class KafkaLag {
  readonly #standstills = new Map<string, Standstill>();

  constructor(
    private readonly client: KafkaClient,
    private readonly clock: Clock,
  ) {}

  /** Throws DependencyUnavailable. */
  async of(known: KnownGroup): Promise<GroupLag> {
    const { group, topic } = known;
    const starts = await startsOf(this.client, group, topic);
    const now = this.clock.now();
    let messages = 0;
    let oldestMs = 0;
    for (const [partition, { progress, end }] of starts) {
      const behind = end - progress.next;
      const since = this.#notMovedSince(`${group}/${partition}`, behind > 0 ? progress.next : undefined, now);
      messages += behind;
      if (behind > 0) oldestMs = Math.max(oldestMs, now - (known.oldestAt(partition) ?? since));
    }
    return { group, topic, messages, oldestMs };
  }

  #notMovedSince(place: string, next: number | undefined, now: number): number {
    const before = this.#standstills.get(place);
    if (next === undefined) this.#standstills.delete(place);
    else if (before?.next !== next) this.#standstills.set(place, { next, since: now });
    return this.#standstills.get(place)?.since ?? now;
  }
}
