import { CRASH_POINTS, type CrashPoint } from '#libs/kernel';

export type Runtime = 'embedded' | 'distributed';

/** Documents and log in one file, or events that wait in documents: each runtime has places that the other one never passes. */
const onlyIn: Readonly<Record<Runtime, readonly string[]>> = { embedded: ['store.', 'log.'], distributed: ['outbox.'] };

/** Imports die in a suite of their own (imports.spec.ts): they pass nothing that a send does. */
const ofJobs = ['import.'];

/** The points that a platform of this runtime passes. */
export function pointsOf(runtime: Runtime): readonly CrashPoint[] {
  const foreign = onlyIn[runtime === 'embedded' ? 'distributed' : 'embedded'];
  return CRASH_POINTS.filter((point) => ![...foreign, ...ofJobs].some((start) => point.startsWith(start)));
}
