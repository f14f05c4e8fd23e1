import { MemoryRateLimiter, RateLimiter } from '#libs/api';
import { LiveEvents, MemoryLiveEvents, MemorySharedCache, SharedCache, SoleWorkLock, WorkLock } from '#libs/coordination';
import { Clock } from '#libs/kernel';
import { provideAs } from '../wiring/provide.ts';
import type { FactoryProvider } from '@nestjs/common';

/** What processes share, where there is only one. Expects Clock. */
export function embeddedCoordination(): FactoryProvider[] {
  return [
    provideAs(WorkLock, SoleWorkLock),
    provideAs(RateLimiter, MemoryRateLimiter, Clock),
    provideAs(LiveEvents, MemoryLiveEvents),
    provideAs(SharedCache, MemorySharedCache, Clock),
  ];
}
