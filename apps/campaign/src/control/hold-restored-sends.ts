import type { Clock } from '#libs/kernel';
import type { ChangeSend } from './change-send.ts';
import type { SendRepository } from '#libs/sends/send/writing';
import type { ScheduledControl } from '../schedule/scheduled-control.ts';
import type { ScheduledSends } from '../send/scheduled-sends.ts';

const step = 1_000;
const restored = 'restored';

/**
 * For a start from a backup: every send that would go on waits for a person instead, as what was sent after the backup was taken is not known here.
 * Runs before anything is consumed.
 */
export class HoldRestoredSends {
  constructor(
    private readonly change: ChangeSend,
    private readonly sends: SendRepository,
    private readonly scheduled: ScheduledSends,
    private readonly control: ScheduledControl,
    private readonly clock: Clock,
  ) {}

  /** Answers how many were held. */
  async execute(): Promise<number> {
    let held = 0;
    for (;;) {
      const found = await this.sends.findDue(Number.MAX_SAFE_INTEGER, step); // one that is held is not due
      const goingOn = found.filter(({ state }) => state === 'planning' || state === 'sending');
      for (const { app, id } of goingOn) await this.#hold(app, id);
      held += goingOn.length;
      if (found.length < step || goingOn.length === 0) return held + (await this.#holdScheduled());
    }
  }

  async #holdScheduled(): Promise<number> {
    for (let held = 0; ; held += step) {
      const found = await this.scheduled.findDue(Number.MAX_SAFE_INTEGER, step);
      for (const { send } of found) await this.control.pause(send.app, send.id, restored);
      if (found.length < step) return held + found.length;
    }
  }

  async #hold(app: string, id: string): Promise<void> {
    await this.change.execute(app, id, async (now) =>
      now.state === 'planning' || now.state === 'sending'
        ? { send: { ...now, state: 'paused', stateReason: restored, pausedFrom: now.state, stateSince: this.clock.now(), dueAt: null } }
        : undefined,
    );
  }
}
