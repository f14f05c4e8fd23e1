import { setTimeout } from 'node:timers/promises';

const longestMs = 10_000;
const betweenMs = 5;

/** Waits for a fact that a consumer brings about: reads until the reading is right, and answers it. Throws after 10 s. */
export async function eventually<T>(read: () => Promise<T>, isRight: (value: T) => boolean): Promise<T> {
  const deadline = performance.now() + longestMs;
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (performance.now() > deadline) throw new Error(`It never came about; at last it was ${JSON.stringify(value)}`);
    await setTimeout(betweenMs);
  }
}
