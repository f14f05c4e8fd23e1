import { PAGE_ENTRIES, slicesOfStep, type PageHeader, type Send } from '#libs/sends';

/** How much of a minute may be made up for where a planner came late: with a page it is under the twentieth of a minute that a rate is exact to. */
const madeUpMs = 2_000;
const minuteMs = 60_000;
const pagesPerMinute = 60;

type PacedSend = Pick<Send, 'id' | 'options' | 'slices'>;

/** Whether messages of a send go so many a minute. A dry run has nothing to wait for. */
export function isPaced({ options }: Pick<Send, 'options'>): boolean {
  return options.ratePerMinute !== undefined && !options.dryRun;
}

/** What a page may have: a second's worth, or one. All of what is allowed where there is no rate. */
export function entriesOfPage(send: PacedSend): number {
  return isPaced(send) ? Math.min(PAGE_ENTRIES, Math.max(1, Math.floor(shareOf(send) / pagesPerMinute))) : PAGE_ENTRIES;
}

/**
 * Until when a page takes the slice's share of the rate, ms, whose `planned` messages go at `at`; undefined where there is no rate. It follows from the stored
 * page before, so planners that race, die or stall keep the rate without a counter; who comes late makes up for two seconds, and a pause for nothing more.
 */
export function pacedUntil(send: PacedSend, previous: PageHeader | undefined, at: number, planned: number): number | undefined {
  if (!isPaced(send)) return undefined;
  return Math.max(previous?.pacedUntil ?? at, at - madeUpMs) + (planned * minuteMs) / shareOf(send);
}

/** Whether the page after this one has to wait. */
export function isAhead(previous: PageHeader | undefined, now: number): previous is PageHeader & { readonly pacedUntil: number } {
  return previous?.pacedUntil !== undefined && previous.pacedUntil > now;
}

/** When the last message goes, ms, if so many are still to be planned; undefined where there is no rate, and while the send is paused. */
export function expectedEndOf(send: Send, left: number, now: number): number | undefined {
  if (!isPaced(send) || send.state !== 'planning') return undefined;
  return now + (Math.max(left, 0) * minuteMs) / (send.options.ratePerMinute ?? Infinity);
}

function shareOf(send: PacedSend): number {
  return (send.options.ratePerMinute ?? Infinity) / slicesOfStep(send);
}
