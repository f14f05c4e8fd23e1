import type { Clock } from '#libs/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventTransport, GroupSize } from './event-transport.ts';
import type { GroupName } from './group-positions.ts';
import { groupOf } from './subscription.ts';

/** How old an answer may be before it is asked for again, ms. */
const freshMs = 2_000;
/** What is older is not believed any more: the queue has been away since. */
const believedMs = 15_000;
/** So long a reader waits for a new answer before it takes the old one, ms. */
const maxWaitMs = 300;

/**
 * Whether anybody consumes, for answers that are given to people. A process that died is missed when the brokers miss it (`KAFKA_SESSION`). Never rejects, and
 * costs its reader 300 ms at most: while the queue is away it says nothing about anybody.
 */
export class ConsumerPresence {
  #known: { readonly at: number; readonly sizes: ReadonlyMap<string, number> } | undefined;
  #asking: Promise<void> | undefined;
  #askedAt = -Infinity;

  constructor(
    private readonly transport: EventTransport,
    private readonly clock: Clock,
  ) {}

  /** Consumers of each group, by its name; undefined where nobody can tell. */
  async look(): Promise<ConsumersOf> {
    const now = this.clock.now();
    if (now - this.#askedAt >= freshMs) {
      this.#askedAt = now;
      this.#asking ??= this.#ask();
    }
    if (this.#asking) await Promise.race([this.#asking, pause(maxWaitMs, undefined, { ref: false })]);
    const known = this.#known && this.clock.now() - this.#known.at <= believedMs ? this.#known.sizes : undefined;
    return (group) => known?.get(groupOf(group));
  }

  async #ask(): Promise<void> {
    try {
      const sizes = await this.transport.sizes();
      this.#known = { at: this.clock.now(), sizes: new Map(sizes.map(({ group, members }: GroupSize) => [group, members])) };
    } catch {
      // the queue is away: what is known is believed for a while
    } finally {
      this.#asking = undefined;
    }
  }
}

/** How many members a group has; undefined where nobody can tell. */
export type ConsumersOf = (group: GroupName) => number | undefined;
