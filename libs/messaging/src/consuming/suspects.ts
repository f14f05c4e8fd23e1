import type { PartitionProgress, Suspect } from './partition-progress.ts';

/** Ends of the process that an event may cause before it is given up. */
const DEATHS = 3;

/**
 * After an unclean end whatever was in the window may have caused it. Each is handled alone, with a mark stored first,
 * so that the next end names its cause. No mark is written in normal work: that a partition was open says enough.
 */
export class Suspects {
  /** Events below this offset are suspects. */
  readonly until: number;
  #known: Suspect | null;

  /** `end` is the end of the partition at the take-over; nothing behind it can have been in hand. */
  constructor({ next, open, suspect }: PartitionProgress, end: number, windowMessages: number) {
    this.until = open ? Math.min(end, next + windowMessages) : next;
    const unfinished = open && suspect && suspect.offset >= next ? suspect : null;
    this.#known = unfinished && { ...unfinished, deaths: unfinished.deaths + (unfinished.inHand ? 1 : 0), inHand: false };
  }

  /** What has to be stored. */
  get known(): Suspect | null {
    return this.#known;
  }

  includes(offset: number): boolean {
    return offset < this.until;
  }

  isGivenUp(offset: number): boolean {
    return this.#deathsOf(offset) >= DEATHS;
  }

  /** It was alone in its partition when the process died; now it has to be alone in the process. */
  needsProcessAlone(offset: number): boolean {
    return this.#deathsOf(offset) === DEATHS - 1;
  }

  take(offset: number): void {
    this.#known = { offset, deaths: this.#deathsOf(offset), inHand: true };
  }

  /** Its attempt is over, whatever became of it: an end of the process from now on is not its doing. */
  putDown(offset: number): void {
    if (this.#known?.offset === offset) this.#known = { ...this.#known, inHand: false };
  }

  finish(offset: number): void {
    if (this.#known?.offset === offset) this.#known = null;
  }

  #deathsOf(offset: number): number {
    return this.#known?.offset === offset ? this.#known.deaths : 1;
  }
}
