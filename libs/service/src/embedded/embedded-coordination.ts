import { MemoryRateLimiter, RateLimiter } from '#libs/api';
import { SoleWorkLock, WorkLock } from '#libs/coordination';
import { Clock } from '#libs/kernel';
import type { FactoryProvider } from '@nestjs/common';
import { provideAs } from '../provide.ts';

/** What processes share, where there is only one. Expects Clock. */
export function embeddedCoordination(): FactoryProvider[] {
  return [
    provideAs(WorkLock, SoleWorkLock),
    { provide: RateLimiter, useFactory: (clock: Clock) => new MemoryRateLimiter(clock), inject: [Clock] },
  ];
}
