import type { DomainEvent } from '#libs/events';
import type { Page, PageHeader } from '#libs/sends';

/** Writes pages; none is ever changed. All calls may throw DependencyUnavailable. */
export abstract class PageRepository {
  /** The stored page of a slice with the highest number; undefined where none is stored. */
  abstract last(sendId: string, slice: number): Promise<PageHeader | undefined>;
  /** Stores page and events together; false, and nothing stored or said, where a page of that place is there. */
  abstract insert(page: Page, events: readonly DomainEvent[]): Promise<boolean>;
  /** Drops at most `limit` pages of a send that is forgotten; answers how many. */
  abstract dropOfSend(sendId: string, limit: number): Promise<number>;
}
