import type { Clock } from '#libs/kernel';
import type { Send } from '#libs/sends';
import type { ScheduledControl } from '../schedule/scheduled-control.ts';
import type { ChangeSend } from './change-send.ts';
import type { ClosedWindows } from './closed-windows.ts';

/** Holds a send; answers when nothing of it is on the wire. A send that is over, or held already, stays as it is. Throws SendNotFound. */
export class PauseSend {
  constructor(
    private readonly scheduled: ScheduledControl,
    private readonly change: ChangeSend,
    private readonly windows: ClosedWindows,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, id: string): Promise<Send> {
    const unsent = await this.scheduled.pause(app, id);
    if (unsent) return unsent;
    const send = await this.change.execute(app, id, async (now) =>
      now.state === 'planning' || now.state === 'sending'
        ? { send: { ...now, state: 'paused', pausedFrom: now.state, stateSince: this.clock.now(), dueAt: null } }
        : undefined,
    );
    if (send.state === 'paused') await this.windows.wait(id);
    return send;
  }
}
