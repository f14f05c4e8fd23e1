import type { Clock } from '#libs/kernel';
import type { Send, StateReason } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { CheckProgress } from '../progress/check-progress.ts';
import type { ScheduledControl } from '../schedule/scheduled-control.ts';
import type { ChangeSend } from './change-send.ts';
import type { ClosedWindows } from './closed-windows.ts';

const sweptAfterMs = 1_000;

/**
 * Ends a send for good; answers when nothing of it is on the wire. What is open settles as `send_stopped`, what was not planned is not
 * targeted. A send that is over stays as it is. Throws SendNotFound.
 */
export class StopSend {
  constructor(
    private readonly scheduled: ScheduledControl,
    private readonly change: ChangeSend,
    private readonly sends: SendRepository,
    private readonly windows: ClosedWindows,
    private readonly progress: CheckProgress,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, id: string, stateReason: StateReason = 'stopped_by_request'): Promise<Send> {
    const unsent = await this.scheduled.end(app, id, 'stopped', stateReason);
    if (unsent) return unsent;
    const stopped = await this.change.execute(app, id, async (now) => {
      if (now.finishedAt !== null || now.state === 'stopped' || now.state === 'failed') return undefined;
      const at = this.clock.now();
      return {
        send: { ...now, state: 'stopped', pausedFrom: null, stateReason, stateSince: at, dueAt: at + sweptAfterMs },
      };
    });
    if (stopped.finishedAt !== null) return stopped;
    await this.windows.wait(id);
    await this.progress.execute(app, id);
    return (await this.sends.findById(app, id)) ?? stopped;
  }
}
