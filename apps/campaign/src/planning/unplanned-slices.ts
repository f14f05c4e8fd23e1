import type { Send } from '#libs/sends';
import type { SliceRepository } from '#libs/sends/slice/writing';

/** Numbers of the slices whose last page is not stored. */
export async function unplannedSlices(slices: SliceRepository, { id, slices: count }: Send): Promise<number[]> {
  const planned = new Set((await slices.ofSend(id)).filter((slice) => slice.planned).map(({ slice }) => slice));
  return Array.from({ length: count }, (_, slice) => slice).filter((slice) => !planned.has(slice));
}
