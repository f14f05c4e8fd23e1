import { liveEventsContract } from './live-events.contract.ts';
import { MemoryLiveEvents } from './memory-live-events.ts';

liveEventsContract('a process alone', async () => {
  const live = new MemoryLiveEvents();
  return [live, live];
});
