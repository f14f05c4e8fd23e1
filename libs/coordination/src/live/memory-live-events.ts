import { Listeners } from './listeners.ts';
import { LiveEvents, type Hints } from './live-events.ts';

/** For the only process there is. */
export class MemoryLiveEvents extends LiveEvents {
  readonly #listeners = new Listeners();

  tell(channel: string): void {
    this.#listeners.hear(channel);
  }

  listen(channel: string, signal: AbortSignal): Hints {
    return this.#listeners.add(channel, signal, true);
  }
}
