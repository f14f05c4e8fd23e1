import type { FixedClock } from '#libs/testing';
import { Timer } from '../../src/timer.ts';

interface Alarm {
  readonly at: number;
  readonly work: () => void;
}

/** Rings when its clock is moved: `pass(ms)` stands for waiting. */
export class TestTimer extends Timer {
  #alarms: Alarm[] = [];

  constructor(private readonly clock: FixedClock) {
    super();
  }

  after(ms: number, work: () => void): () => void {
    const alarm: Alarm = { at: this.clock.now() + ms, work };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((one) => one !== alarm);
    };
  }

  get waiting(): number {
    return this.#alarms.length;
  }

  pass(ms: number): void {
    this.clock.advance(ms);
    const due = this.#alarms.filter(({ at }) => at <= this.clock.now());
    this.#alarms = this.#alarms.filter((alarm) => !due.includes(alarm));
    for (const { work } of due) work();
  }
}
