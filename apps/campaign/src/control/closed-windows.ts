import { setTimeout as after } from 'node:timers/promises';
import type { AttemptReader } from '#libs/sends';

const askedEveryMs = 20;
const maxMs = 2_000;

/** Resolves when nothing of a send is on the wire, or after 2 s: dispatchers re-read its state before every window. Throws DependencyUnavailable. */
export class ClosedWindows {
  constructor(private readonly attempts: AttemptReader) {}

  async wait(sendId: string): Promise<void> {
    for (let waited = 0; waited < maxMs && (await this.attempts.openWindows(sendId)) > 0; waited += askedEveryMs) await after(askedEveryMs);
  }
}
