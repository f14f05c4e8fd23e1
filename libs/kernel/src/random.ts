/** A source of numbers in [0, 1) for jitter; a port, so that tests are repeatable. */
export abstract class Random {
  abstract next(): number;
}

export class SystemRandom extends Random {
  next(): number {
    return Math.random();
  }
}
