import { RevisionMismatch, TooManyConflicts } from '#libs/registry';

const tries = 10;

/**
 * Reads, decides and writes again while other writes come first. `givenUp` says that the caller named the revision itself: then nobody decides anew for it.
 * Throws TooManyConflicts.
 */
export async function retryStale<T>(givenUp: boolean, attempt: () => Promise<T>): Promise<T> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (givenUp || !(error instanceof RevisionMismatch)) throw error;
    }
  }
  throw new TooManyConflicts();
}
