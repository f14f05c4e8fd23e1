import { liveEventsContract } from '../../src/live/live-events.contract.ts';
import { MemoryLiveEvents } from '../../src/live/memory-live-events.ts';

liveEventsContract('a process alone', async () => {
  const live = new MemoryLiveEvents();
  return [live, live];
});
