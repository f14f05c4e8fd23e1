import { slotStart } from '#libs/kernel';
import { slotsOfSlice, type Send, type Slice } from '#libs/sends';

/** A slice of a send as it starts: nothing planned. It follows from the send, so anyone may make it again. */
export function newSlice({ id: sendId, app, slices }: Send, slice: number, dueAt: number): Slice {
  const { from, to } = slotsOfSlice(slice, slices);
  return {
    id: `${sendId}:${slice}`,
    app,
    sendId,
    slice,
    revision: 1,
    after: slotStart(app, from),
    through: slotStart(app, to),
    planned: false,
    handedOver: -1,
    waiting: false,
    dueAt,
  };
}
