import type { Clock } from '#libs/kernel';
import { opensSlices, type Slice } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import { changeSlice } from './change-slice.ts';
import { handOverDueAt } from './hand-over-due.ts';
import { isPaced } from './pace.ts';

const slicesAtOnce = 100;

/** Opens slices of sends with a rate again whose time has come. One that dies in between, or a second one, does no harm. Answers how many. Throws DependencyUnavailable. */
export class KeepPace {
  constructor(
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    let released = 0;
    for (const slice of await this.slices.findDue(this.clock.now(), slicesAtOnce))
      if (slice.waiting && (await this.#release(slice))) released += 1;
    return released;
  }

  async #release({ app, sendId, slice: number }: Slice): Promise<boolean> {
    const send = await this.sends.findById(app, sendId);
    if (send?.state !== 'planning' || !isPaced(send)) return false;
    const at = this.clock.now();
    const dueAt = handOverDueAt(send.lane, at, at);
    await changeSlice(this.slices, sendId, number, (now) =>
      now.waiting ? { slice: { ...now, waiting: false, dueAt }, events: opensSlices(send, [number], at) } : undefined,
    );
    return true;
  }
}
