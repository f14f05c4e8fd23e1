import { WorkLock } from './work-lock.ts';

/** For the only process on its store: all work is its own. */
export class SoleWorkLock extends WorkLock {
  take(): Promise<boolean> {
    return Promise.resolve(true);
  }

  release(): Promise<void> {
    return Promise.resolve();
  }
}
