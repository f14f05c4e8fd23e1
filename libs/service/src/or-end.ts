import { PushError } from '#libs/kernel';

/** Does what a process was started for; where it fails, the process says why, in one line if it is a failure that we know, and ends with 1. */
export async function orEnd(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const why = error instanceof PushError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${why}\n`);
    process.exit(1);
  }
}
