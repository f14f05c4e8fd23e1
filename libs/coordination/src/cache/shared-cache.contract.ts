import type { FixedClock } from '#libs/testing';
import { z } from 'zod';
import type { SharedCache } from './shared-cache.ts';

const minute = 60_000;
const shape = z.object({ n: z.int() });

/** Makes 1, 2, 3 … */
export class Maker {
  made = 0;

  readonly value = { forMs: minute, shape, make: async () => ({ n: (this.made += 1) }) };
}

export function sharedCacheContract(adapter: string, open: () => Promise<{ cache: SharedCache; clock: FixedClock }>): void {
  describe(`${adapter} as a cache`, () => {
    it('makes a value once and keeps it under its name', async () => {
      const { cache } = await open();
      const maker = new Maker();

      expect([await cache.of('a', maker.value), await cache.of('a', maker.value)]).toEqual([{ n: 1 }, { n: 1 }]);
      expect(await cache.of('b', maker.value)).toEqual({ n: 2 });
    });

    it('makes it once for all who ask at the same time', async () => {
      const { cache } = await open();
      const maker = new Maker();

      const values = await Promise.all(Array.from({ length: 20 }, () => cache.of('a', maker.value)));

      expect(new Set(values.map(({ n }) => n))).toEqual(new Set([1]));
    });

    it('passes on what fails, to all who asked for it, and keeps it for nobody', async () => {
      const { cache } = await open();
      const maker = new Maker();
      const failing = { ...maker.value, make: () => Promise.reject(new Error('no value')) };

      const answers = await Promise.allSettled([cache.of('a', failing), cache.of('a', failing)]);

      expect(answers.map((answer) => answer.status === 'rejected' && String(answer.reason))).toEqual(Array(2).fill('Error: no value'));
      expect(await cache.of('a', maker.value)).toEqual({ n: 1 });
    });

    it('does not keep what took longer to make than it serves', async () => {
      const { cache, clock } = await open();
      const maker = new Maker();
      const slow = {
        ...maker.value,
        make: async () => {
          clock.advance(minute);
          return maker.value.make();
        },
      };

      expect(await cache.of('a', slow)).toEqual({ n: 1 });
      expect(await cache.of('a', maker.value)).toEqual({ n: 2 });
    });
  });
}
