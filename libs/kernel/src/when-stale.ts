import { StaleRevision } from './push-error.ts';

/** Does the work, from loading on, again where another write came first. Throws StaleRevision when that has happened more than `conflicts` times. */
export async function againWhenStale<T>(conflicts: number, work: () => Promise<T>): Promise<T> {
  for (let conflict = 0; ; conflict += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleRevision) || conflict >= conflicts) throw error;
    }
  }
}

/** Leaves a change to whoever wrote first. */
export async function unlessStale(change: Promise<unknown>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof StaleRevision)) throw error;
  }
}
