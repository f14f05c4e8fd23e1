import type { Clock } from '#libs/kernel';
import { type Send, opensSlices } from '#libs/sends';
import type { SliceRepository } from '#libs/sends/slice/writing';
import { isPaced } from './pace.ts';
import { changeSlice } from './change-slice.ts';

/** What one quantum may plan for a provider: 5 pages of two batches. */
const batchesOfQuantum = 10;
/** Waking for less than a quarter of the room would only make slices take turns in waiting. */
const worthwhile = 0.75;

/** Opens slices again that rested because too many batches were open, as many as there is room for now. Throws DependencyUnavailable. */
export class WakeSlices {
  constructor(
    private readonly slices: SliceRepository,
    private readonly clock: Clock,
  ) {}

  async execute(send: Send, openBatches: number, limit: number): Promise<void> {
    if (isPaced(send)) return; // its time wakes it
    if (send.state !== 'planning' || openBatches > limit * worthwhile) return;
    const waiting = (await this.slices.ofSend(send.id)).filter((slice) => slice.waiting);
    for (const { slice: number } of waiting.slice(0, Math.max(1, Math.floor((limit - openBatches) / batchesOfQuantum)))) {
      await changeSlice(this.slices, send.id, number, (slice) =>
        slice.waiting ? { slice: { ...slice, waiting: false }, events: opensSlices(send, [number], this.clock.now()) } : undefined,
      );
    }
  }
}
