import type { z } from 'zod';

/** How a value is made, and for how long it serves. */
export interface CachedValue<T> {
  /** From the moment its making began, ms. */
  readonly forMs: number;
  /** What is kept and does not fit it is as good as not there. The value must come through JSON unchanged. */
  readonly shape: z.ZodType<T>;
  readonly make: () => Promise<T>;
}

/** Small values that are costly to make and may be a moment old. To lose them costs the making, never a result: nothing may rest on one. */
export abstract class SharedCache {
  /**
   * The value kept under a name, or else what `make` brings. Of callers in this process that ask at the same time one makes, as a rule, and the others
   * get the same; processes may make one each. What fails is kept by nobody. Throws only what `make` throws.
   */
  abstract of<T>(name: string, value: CachedValue<T>): Promise<T>;
}
