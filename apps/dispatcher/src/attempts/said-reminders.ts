import { dispatchTopic } from '#libs/events';
import { BoundedMap, type Clock } from '#libs/kernel';
import { PassedQueues, type GroupPositions } from '#libs/messaging';
import type { Attempt } from '#libs/sends';

/** A reminder that was not heeded for so long is overdue, ms. */
export const OVERDUE_MS = 10_000;

/** What the queues said is believed for so long, ms: the sweep looks more often than they move. */
const queuesKnownMs = 5_000;
const maxRemembered = 20_000;

/**
 * Events that this process has published of what is due and that may stand in their queues still: to say them again there would only make the queue
 * longer. Forgotten with the process, it saves events and nothing else.
 */
export class SaidReminders {
  /** When the event of an attempt, as that stood, was published last, ms. */
  readonly #saidAt = new BoundedMap<number>(maxRemembered);
  #queues: PassedQueues;
  #queuesAt = -Infinity;

  constructor(
    private readonly positions: GroupPositions,
    private readonly clock: Clock,
  ) {
    this.#queues = new PassedQueues(positions);
  }

  /** Whether the event that wakes `id` was published of this very state of `attempt` and has not left its queue. Where nobody can tell, it has. */
  async isQueued({ revision, provider, lane }: Attempt, id: string): Promise<boolean> {
    const saidAt = this.#saidAt.get(keyOf(revision, id));
    if (saidAt === undefined) return false;
    const group = { service: 'dispatcher', topic: dispatchTopic(provider, lane) };
    return !(await this.#currentQueues().hasPassed(group, saidAt + OVERDUE_MS));
  }

  said({ revision }: Attempt, id: string): void {
    this.#saidAt.set(keyOf(revision, id), this.clock.now());
  }

  #currentQueues(): PassedQueues {
    const now = this.clock.now();
    if (now - this.#queuesAt >= queuesKnownMs) {
      this.#queues = new PassedQueues(this.positions);
      this.#queuesAt = now;
    }
    return this.#queues;
  }
}

function keyOf(revision: number, id: string): string {
  return `${revision}:${id}`;
}
