/**
 * Which process does work that every process could do. It only saves double work: nothing may rest on it, for two processes may hold a lock
 * at the same time when one of them was asleep, and all of them do when nobody can say who holds it.
 */
export abstract class WorkLock {
  /** True when this process may work for the next `forMs`: it has the lock already, or takes it now, or nobody can say. Never throws. */
  abstract take(name: string, forMs: number): Promise<boolean>;
  /** Leaves the lock to others at once, if this process has it. Never throws. */
  abstract release(name: string): Promise<void>;
}

/** For the only process on its store: all work is its own. */
export class SoleWorkLock extends WorkLock {
  take(): Promise<boolean> {
    return Promise.resolve(true);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}
