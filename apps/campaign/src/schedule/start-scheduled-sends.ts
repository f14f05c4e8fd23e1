import type { Sealer } from '#libs/access';
import { PushError, note, withTrace, type Clock } from '#libs/kernel';
import type { CreateSend } from '../intake/create-send.ts';
import { readSend } from '../intake/read-send.ts';
import type { CancelKeys, ScheduledSend, ScheduledSends } from '../send/scheduled-sends.ts';
import type { JoinCancelKey } from './join-cancel-key.ts';
import { placeOfBody } from './scheduled-send.ts';
import type { ScheduledControl } from './scheduled-control.ts';

const atOnce = 100;
const maxInOnePass = 10_000;

/**
 * Makes the sends whose time has come. A start is insert-once by the send's id, so any number of processes may do it, and one that dies in the middle leaves
 * what the next pass finishes. One that was missed while everything was down goes late, within its time to live. Throws DependencyUnavailable.
 */
export class StartScheduledSends {
  constructor(
    private readonly scheduled: ScheduledSends,
    private readonly createSend: CreateSend,
    private readonly control: ScheduledControl,
    private readonly cancelKey: JoinCancelKey,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    for (let started = 0; ; started += atOnce) {
      const due = await this.scheduled.findDue(this.clock.now(), atOnce);
      for (const one of due) await withTrace(one.send.traceparent, () => this.#start(one));
      if (due.length < atOnce || started >= maxInOnePass) return started + due.length;
    }
  }

  async #start({ send, body, isSealed, within }: ScheduledSend): Promise<void> {
    const { app, id, campaign, campaignRevision, variant, expiresAt, quietHours, frequency } = send;
    const ttlMs = expiresAt - this.clock.now();
    if (ttlMs <= 0) return this.#fail(app, id, 'expired');
    try {
      const request = readSend(JSON.parse(isSealed ? this.sealer.open(body, placeOfBody(app, id)) : body));
      const allowed = await this.cancelKey.execute(app, id, request);
      if (!allowed) {
        await this.#fail(app, id, 'cancelled', 'stopped');
        return;
      }
      await this.createSend.execute({
        id,
        app,
        campaign,
        campaignRevision,
        request: {
          ...allowed,
          ttlMs,
          quietHours: quietHours ?? false,
          ...(frequency && { labels: frequency.labels }),
          ...(frequency?.isUncapped && { isUncapped: true }),
          ...(within && { within }),
          ...(variant !== undefined && { variant }),
        },
        repeatable: true,
      });
    } catch (error) {
      if (!(error instanceof PushError) || error.retryable) throw error;
      return this.#fail(app, id, error.code);
    }
    await this.scheduled.remove(app, id);
  }

  async #fail(app: string, id: string, reason: string, state: 'failed' | 'stopped' = 'failed'): Promise<void> {
    await this.control.end(app, id, state, reason);
    note('scheduled send not sent', { app, sendId: id, reason });
  }
}

const dayMs = 86_400_000;

/** Lets go of scheduled sends that ended unsent, and of cancel keys, as long after as sends are kept. Answers how many. Throws DependencyUnavailable. */
export class ForgetScheduledSends {
  constructor(
    private readonly scheduled: ScheduledSends,
    private readonly cancelKeys: CancelKeys,
    private readonly clock: Clock,
    private readonly keptDays: number,
  ) {}

  async execute(): Promise<number> {
    const before = this.clock.now() - this.keptDays * dayMs;
    let dropped = 0;
    for (;;) {
      const some = (await this.scheduled.dropEnded(before, atOnce)) + (await this.cancelKeys.dropBefore(before - dayMs, atOnce));
      dropped += some;
      if (some < atOnce) return dropped;
    }
  }
}
