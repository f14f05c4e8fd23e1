import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';

export interface Patience {
  /** Default 60,000: a machine may be slow, or busy with other work. */
  readonly withinMs?: number;
  /** Between two looks. Default 2. */
  readonly everyMs?: number;
}

/** Waits for the fact itself: reads until the reading is right, and answers it. Throws when it takes too long. */
export async function eventually<T>(
  read: () => T | Promise<T>,
  isRight: (value: T) => boolean,
  { withinMs = 60_000, everyMs = 2 }: Patience = {},
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (performance.now() > deadline)
      throw new Error(
        `It did not come true within ${withinMs} ms; at last it was ${inspect(value, { depth: 6, breakLength: Infinity }).slice(0, 2_000)}`,
      );
    await setTimeout(everyMs);
  }
}

/** Waits until a claim is true, for at most a minute. */
export async function until(claim: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(claim, Boolean);
}
