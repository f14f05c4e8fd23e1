import { setTimeout as after } from 'node:timers/promises';

export interface LoadFigures {
  readonly perSecond: number;
  /** Of each call, ms. */
  readonly latenciesMs: readonly number[];
}

/** Calls as fast as they are answered, a fixed number of them at a time. */
export async function manyAtOnce(count: number, call: (index: number) => Promise<unknown>, atOnce = 64): Promise<LoadFigures> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const since = performance.now();
      await call(next++);
      latenciesMs.push(performance.now() - since);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { perSecond: count / ((performance.now() - startedAt) / 1000), latenciesMs };
}

/** Calls at a fixed rate, whatever becomes of those before; each is timed from the instant it was due. */
export async function atRate(count: number, perSecond: number, call: (index: number) => Promise<unknown>): Promise<LoadFigures> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const open: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    const dueAt = startedAt + (index / perSecond) * 1000;
    const early = dueAt - performance.now();
    if (early > 1) await after(early);
    open.push(
      call(index).then(() => {
        latenciesMs.push(performance.now() - dueAt);
      }),
    );
  }
  await Promise.all(open);
  return { perSecond: count / ((performance.now() - startedAt) / 1000), latenciesMs };
}
