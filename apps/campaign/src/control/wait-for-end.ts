import { setTimeout as after } from 'node:timers/promises';
import type { Send } from '#libs/sends';
import type { FindSend } from '../send/find-send.ts';

/** Most sends that somebody waits for are over within milliseconds; the longer one takes, the less often it is asked for. */
const [firstPauseMs, maxPauseMs, growth] = [2, 100, 1.5];

/** Waits for the end of a send, for `Prefer: wait`. A process that stops lets its callers go at once. Throws DependencyUnavailable. */
export class WaitForEnd {
  #stopping = false;

  constructor(private readonly find: FindSend) {}

  /** The send as it is when it is over, or after `maxMs`. */
  async execute(send: Send, maxMs: number): Promise<Send> {
    let now = send;
    let pauseMs = firstPauseMs;
    for (let waited = 0; waited < maxMs && now.finishedAt === null && !this.#stopping; waited += pauseMs) {
      pauseMs = Math.min(pauseMs * growth, maxPauseMs, maxMs - waited);
      await after(pauseMs);
      now = (await this.find.orNothing(send.app, send.id)) ?? now;
    }
    return now;
  }

  beforeApplicationShutdown(): void {
    this.#stopping = true;
  }
}
