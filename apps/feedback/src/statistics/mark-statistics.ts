import { BoundedMap, type Clock } from '#libs/kernel';
import type { StatisticsStore } from './statistics.store.ts';

/** A send that ended is summed this soon; what else changes comes together for longer, and for the longer the older and the larger the send is. */
const soonMs = 10_000;
const laterMs = 60_000;
/** A mark this near to its time is set again: what it is for may be stored after the sum was taken. */
const marginMs = 5_000;
/** A small send need not wait: to read this much of it again costs a thousandth of the time. */
const msPerRecipient = 10;
const maxKnown = 10_000;

/**
 * Has a send summed again in a while. Called before what changes it is stored, so that a crash costs a sum and never a number; a process writes one mark for all that
 * comes until the sum.
 */
export class MarkStatistics {
  readonly #dueAt = new BoundedMap<number>(maxKnown);

  constructor(
    private readonly store: StatisticsStore,
    private readonly clock: Clock,
  ) {}

  /** `finishedAt` null: the send is not over, and its end will mark it. Throws DependencyUnavailable. */
  async changed(app: string, sendId: string, finishedAt: number | null, recipients = Infinity): Promise<void> {
    if (finishedAt === null) return;
    const now = this.clock.now();
    const key = `${app}:${sendId}`;
    if ((this.#dueAt.get(key) ?? 0) > now + marginMs) return;
    this.#dueAt.set(
      key,
      await this.store.mark(app, sendId, now + Math.max(laterMs, Math.min(Math.ceil((now - finishedAt) / 4), recipients * msPerRecipient))),
    );
  }

  async finished(app: string, sendId: string): Promise<void> {
    await this.store.mark(app, sendId, this.clock.now() + soonMs);
  }
}
