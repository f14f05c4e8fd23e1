import { setTimeout as after } from 'node:timers/promises';
import type { Send } from '#libs/sends';
import type { SendRepository } from './send.repository.ts';

const askedEveryMs = 20;

/** Waits for the end of a send, for `Prefer: wait`. A process that stops lets its callers go at once. Throws DependencyUnavailable. */
export class WaitForEnd {
  #stopping = false;

  constructor(private readonly sends: SendRepository) {}

  /** The send as it is when it is over, or after `longestMs`. */
  async execute(send: Send, longestMs: number): Promise<Send> {
    let now = send;
    for (let waited = 0; waited < longestMs && now.finishedAt === null && !this.#stopping; waited += askedEveryMs) {
      await after(askedEveryMs);
      now = (await this.sends.findById(send.app, send.id)) ?? now;
    }
    return now;
  }

  beforeApplicationShutdown(): void {
    this.#stopping = true;
  }
}
