import { Random } from '#libs/kernel';
import { Sweep, type SweepOptions } from '#libs/messaging';
import type { FactoryProvider, OnApplicationBootstrap } from '@nestjs/common';
import { PlatformSettingsOf } from './platform-settings.ts';

class SweepOfProcess extends Sweep implements OnApplicationBootstrap {
  constructor(
    options: SweepOptions,
    private readonly isConsuming: boolean,
  ) {
    super(options);
  }

  onApplicationBootstrap(): void {
    if (this.isConsuming) this.start();
  }
}

/**
 * A sweep as a provider: starts with the process, unless `CONSUMERS=false`, and stops before it does.
 * `sweepOf('purges', 1_000, SweepFindings, (sweep) => sweep.execute())`
 */
export function sweepOf<T>(
  name: string,
  everyMs: number,
  type: abstract new (...args: never[]) => T,
  run: (subject: T) => Promise<unknown>,
): FactoryProvider {
  return {
    provide: `sweep: ${name}`,
    useFactory: (subject: T, random: Random, { settings }: PlatformSettingsOf) =>
      new SweepOfProcess(
        {
          name,
          everyMs,
          random,
          run: async () => {
            await run(subject);
          },
        },
        settings.CONSUMERS,
      ),
    inject: [type, Random, PlatformSettingsOf],
  };
}
