import { Clock } from '#libs/kernel';

/** A clock that moves only when told to. */
export class FixedClock extends Clock {
  #now: number;

  constructor(now: number | string = '2026-01-01T00:00:00.000Z') {
    super();
    this.#now = new Date(now).getTime();
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}
