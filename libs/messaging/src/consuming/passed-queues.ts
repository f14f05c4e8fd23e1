import { DependencyUnavailable } from '#libs/kernel';
import type { GroupName, GroupPositions } from './group-positions.ts';

interface Passed {
  /** What was said before this has left the queue, ms. */
  readonly until: number;
  /** Of what was said before this, something still stands in it, ms. */
  readonly notUntil: number;
}

const nothing: Passed = { until: -Infinity, notUntil: Infinity };

/** What queues have let pass, asked for as seldom as possible; for one look of a sweep. */
export class PassedQueues {
  readonly #known = new Map<string, Passed>();

  constructor(private readonly positions: GroupPositions) {}

  /**
   * Whether an event for this group that was said before `before` (ms) has left its queue: handled, or lost. Where nobody can tell it counts as passed,
   * because saying it again does no harm, and not saying it would.
   */
  async hasPassed(group: GroupName, before: number): Promise<boolean> {
    const name = `${group.service} ${group.topic}`;
    const known = this.#known.get(name) ?? nothing;
    if (before <= known.until) return true;
    if (before >= known.notUntil) return false;
    const isPassed = await this.#ask(group, before);
    this.#known.set(name, isPassed ? { ...known, until: before } : { ...known, notUntil: before });
    return isPassed;
  }

  async #ask(group: GroupName, before: number): Promise<boolean> {
    try {
      return await this.positions.hasFinished(group, before);
    } catch (error) {
      if (error instanceof DependencyUnavailable) return true;
      throw error;
    }
  }
}
