import { WorkLock } from '#libs/coordination';
import { Random } from '#libs/kernel';
import { Sweep, type SweepOptions } from '#libs/messaging';
import type { FactoryProvider, OnApplicationBootstrap } from '@nestjs/common';
import { PlatformSettingsOf } from './platform-settings.ts';

class SweepOfProcess extends Sweep implements OnApplicationBootstrap {
  constructor(
    options: SweepOptions,
    private readonly isConsuming: boolean,
    private readonly lock: WorkLock,
  ) {
    super(options);
  }

  onApplicationBootstrap(): void {
    if (this.isConsuming) this.start();
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    await this.lock.release(lockOf(this.name));
  }
}

/** Others take over when a process has said nothing for three pauses, and not because it was late by a second. */
const heldPauses = 3;
const heldAtLeastMs = 5_000;

/** `any`: the work is the same wherever it is done, and one process at a time does it. `each`: it is about the process itself. */
export type SweepPlace = 'any' | 'each';

/**
 * A sweep as a provider: starts with the process, unless `CONSUMERS=false`, and stops before it does. The process that swept goes on; others take over
 * when it stops, fails, or has not come back for three pauses. They know a sweep by its name, so no two services have one of the same name.
 * `sweepOf('purges', 1_000, SweepFindings, (sweep) => sweep.execute())`
 */
export function sweepOf<T>(
  name: string,
  everyMs: number,
  type: abstract new (...args: never[]) => T,
  run: (subject: T) => Promise<unknown>,
  place: SweepPlace = 'any',
): FactoryProvider {
  return {
    provide: `sweep: ${name}`,
    useFactory: (subject: T, random: Random, { settings }: PlatformSettingsOf, lock: WorkLock) => {
      const work = async (): Promise<void> => {
        await run(subject);
      };
      const options = { name, everyMs, random, run: place === 'each' ? work : () => alone(lock, name, everyMs, work) };
      return new SweepOfProcess(options, settings.CONSUMERS, lock);
    },
    inject: [type, Random, PlatformSettingsOf, WorkLock],
  };
}

async function alone(lock: WorkLock, name: string, everyMs: number, work: () => Promise<void>): Promise<void> {
  if (!(await lock.take(lockOf(name), Math.max(heldAtLeastMs, everyMs * heldPauses)))) return;
  try {
    await work();
  } catch (error) {
    await lock.release(lockOf(name)); // another process may have what this one lacks
    throw error;
  }
}

function lockOf(sweep: string): string {
  return `sweep:${sweep}`;
}
