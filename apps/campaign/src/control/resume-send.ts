import type { Clock } from '#libs/kernel';
import { type Send, opensSlices } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import { unplannedSlices } from '../planning/unplanned-slices.ts';
import type { CheckProgress } from '../progress/check-progress.ts';
import type { ScheduledControl } from '../schedule/scheduled-control.ts';
import type { ChangeSend } from './change-send.ts';

const sweptAfterMs = 5_000;

/** Lets a held send go on where it was: planning opens again, parked batches are taken up when they are due. Throws SendNotFound. */
export class ResumeSend {
  constructor(
    private readonly scheduled: ScheduledControl,
    private readonly change: ChangeSend,
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly progress: CheckProgress,
    private readonly clock: Clock,
  ) {}

  async execute(app: string, id: string): Promise<Send> {
    const unsent = await this.scheduled.resume(app, id);
    if (unsent) return unsent;
    const resumed = await this.change.execute(app, id, async (now) => {
      if (now.state !== 'paused') return undefined;
      const at = this.clock.now();
      const send: Send = {
        ...now,
        state: now.pausedFrom ?? 'sending',
        stateReason: null,
        pausedFrom: null,
        stateSince: at,
        dueAt: at + sweptAfterMs,
      };
      return { send, events: opensSlices(send, await unplannedSlices(this.slices, send), at) };
    });
    if (resumed.finishedAt !== null) return resumed;
    await this.progress.execute(app, id); // all of it may have settled while it was held
    return (await this.sends.findById(app, id)) ?? resumed;
  }
}
