/** Apple's devices leave out what is older than what they show, by whole seconds: of two pushes to an activity the later one has to have the later second. */
export abstract class ActivityClock {
  /** The second (UNIX time) of the next push to an activity of an app: now, or the one after that of the push before it. Never rejects. */
  abstract next(app: string, activityId: string): Promise<number>;
}

/** So far a burst may run ahead of the time, seconds: were it forgotten, what came next would be older for so long. */
export const MOST_SECONDS_AHEAD = 60;
