import { StaleRevision, againWhenStale, type Random } from '#libs/kernel';
import { TooManyConflicts } from './registry-errors.ts';

const maxConflicts = 19;
const maxPauseMs = 50;

/** Loads and decides again, after a short random pause, while another write comes first. Throws TooManyConflicts after 20 tries. */
export async function retryWhenStale<T>(random: Random, work: () => Promise<T>): Promise<T> {
  try {
    return await againWhenStale(maxConflicts, work, (conflict) => random.next() * Math.min(maxPauseMs, 2 ** conflict));
  } catch (error) {
    throw error instanceof StaleRevision ? new TooManyConflicts({ cause: error }) : error;
  }
}
