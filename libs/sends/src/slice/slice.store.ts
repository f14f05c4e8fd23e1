import type { DomainEvent } from '#libs/events';
import type { Slice } from './slice.ts';

/** How far the slices of sends are planned and handed over. All calls may throw DependencyUnavailable. */
export abstract class SliceRepository {
  /** Stores those of the slices that are not stored yet. */
  abstract open(slices: readonly Slice[]): Promise<void>;
  abstract findOne(sendId: string, slice: number): Promise<Slice | undefined>;
  /** Those that are stored, by number; a send has at most 256. */
  abstract ofSend(sendId: string): Promise<readonly Slice[]>;
  /** Stores slice and events together, if the stored revision is `slice.revision - 1`. Throws StaleRevision. */
  abstract save(slice: Slice, events: readonly DomainEvent[]): Promise<void>;
  /** Slices that the sweep has to look at by now (ms), longest overdue first. */
  abstract findDue(now: number, limit: number): Promise<readonly Slice[]>;
  /** At most 256 of them. */
  abstract dropOfSend(sendId: string): Promise<void>;
}
