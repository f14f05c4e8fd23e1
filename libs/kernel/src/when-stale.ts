import { setTimeout as pause } from 'node:timers/promises';
import { StaleRevision } from './push-error.ts';

/**
 * Does the work, from loading on, again where another write came first; at once, or after `pauseMs` of the conflict's number (1 for the first).
 * Throws StaleRevision when that has happened more than `conflicts` times.
 */
export async function againWhenStale<T>(conflicts: number, work: () => Promise<T>, pauseMs?: (conflict: number) => number): Promise<T> {
  for (let conflict = 1; ; conflict += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StaleRevision) || conflict > conflicts) throw error;
      if (pauseMs) await pause(pauseMs(conflict));
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
