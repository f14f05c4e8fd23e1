import type { Clock } from '#libs/kernel';
import type { SendReader } from '#libs/sends';
import type { AttemptRepository } from '#libs/sends/attempt/writing';
import { standingOf } from './standing.ts';
import { OVERDUE_MS } from './said-reminders.ts';

const step = 500;

/** Lets what waits feel within a second or two that its send was resumed, stopped or has expired. */
export class ExpediteParkedSends {
  #after: string | null = null;

  constructor(
    private readonly attempts: AttemptRepository,
    private readonly sends: SendReader,
    private readonly clock: Clock,
  ) {}

  /** Looks at the next few hundred sends; starts over at the end. */
  async execute(): Promise<void> {
    const waiting = await this.attempts.waitingSends(this.#after, step);
    this.#after = waiting.length < step ? null : (waiting.at(-1)?.sendId ?? null);
    await Promise.all(waiting.map(({ app, sendId }) => this.#hurry(app, sendId)));
  }

  async #hurry(app: string, sendId: string): Promise<void> {
    const send = await this.sends.findById(app, sendId);
    if (!send) return;
    const now = this.clock.now();
    const { kind } = standingOf(send, now);
    // What is looked at within the sweep's own pace needs no hurry, and would be published twice.
    if (kind !== 'paused') await this.attempts.hurry(sendId, kind === 'over' ? null : 'paused', now, now + OVERDUE_MS);
  }
}
