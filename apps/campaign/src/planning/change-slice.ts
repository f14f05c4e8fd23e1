import type { DomainEvent } from '#libs/events';
import { againWhenStale } from '#libs/kernel';
import type { Slice } from '#libs/sends';
import type { SliceRepository } from '#libs/sends/slice/writing';

const conflicts = 10;

export interface SliceChange {
  readonly slice: Slice;
  readonly events?: readonly DomainEvent[];
}

/** Changes a slice whatever else writes it; `change` answers undefined where nothing is left to do. Throws StaleRevision after ten conflicts. */
export async function changeSlice(
  slices: SliceRepository,
  sendId: string,
  number: number,
  change: (slice: Slice) => SliceChange | undefined,
): Promise<void> {
  await againWhenStale(conflicts, async () => {
    const current = await slices.findOne(sendId, number);
    const next = current && change(current);
    if (next) await slices.save({ ...next.slice, revision: next.slice.revision + 1 }, next.events ?? []);
  });
}
