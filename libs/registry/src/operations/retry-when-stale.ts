import { StaleRevision, type Random } from '#libs/kernel';
import { setTimeout as pause } from 'node:timers/promises';
import { TooManyConflicts } from '../registry-errors.ts';

const maxTries = 20;
const maxPauseMs = 50;

/** Loads and decides again, after a short random pause, while another write comes first. Throws TooManyConflicts after 20 tries. */
export async function retryWhenStale<T>(random: Random, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleRevision)) throw error;
      if (tries === maxTries) throw new TooManyConflicts({ cause: error });
      await pause(random.next() * Math.min(maxPauseMs, 2 ** tries));
    }
  }
}
