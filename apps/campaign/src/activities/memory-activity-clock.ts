import { BoundedMap, type Clock } from '#libs/kernel';
import { ActivityClock, MOST_SECONDS_AHEAD } from './activity-clock.ts';

const maxActivities = 100_000;

/** For a process that takes all pushes itself, or while nobody else can be asked. */
export class MemoryActivityClock extends ActivityClock {
  readonly #last = new BoundedMap<number>(maxActivities);

  constructor(private readonly clock: Clock) {
    super();
  }

  async next(app: string, activityId: string): Promise<number> {
    const now = Math.floor(this.clock.now() / 1_000);
    const name = `${app}/${activityId}`;
    const later = Math.max(now, (this.#last.get(name) ?? 0) + 1);
    return this.#last.set(name, Math.min(later, now + MOST_SECONDS_AHEAD));
  }
}
