import { openSlices, type Send } from '#libs/sends';
import type { SliceRepository } from '#libs/sends/slice/writing';

/** Numbers of the slices whose last page is not stored, of those that may be planned by now. */
export async function unplannedSlices(slices: SliceRepository, send: Send): Promise<number[]> {
  const planned = new Set((await slices.ofSend(send.id)).filter((slice) => slice.planned).map(({ slice }) => slice));
  return Array.from({ length: openSlices(send) }, (_, slice) => slice).filter((slice) => !planned.has(slice));
}
