import { eventOf, sliceOpenedV1, type DomainEvent } from '#libs/events';
import { SLOTS, slotOf, slotStart } from '#libs/kernel';
import { slicesOfStep, stepOf } from '../send/ramp.ts';
import type { Send } from '../send/send.ts';

/** A range of hash slots of a send; planned by whoever holds its event, as far as its stored pages reach. */
export interface Slice {
  /** `send:slice` */
  readonly id: string;
  readonly app: string;
  readonly sendId: string;
  readonly slice: number;
  readonly revision: number;
  /** Keys in `(after, through]`. */
  readonly after: string;
  readonly through: string;
  /** Its last page is stored. */
  readonly planned: boolean;
  /** The highest page up to which every batch has an attempt; -1 at first. */
  readonly handedOver: number;
  /** Its planning rests until batches of the send settle; whoever sees that opens it again. */
  readonly waiting: boolean;
  /** When the sweep has to look at it; null when planned and handed over. */
  readonly dueAt: number | null;
}

/** Slot numbers `[from, to)` of a slice, when a send has `slices` of them. */
export function slotsOfSlice(slice: number, slices: number): { readonly from: number; readonly to: number } {
  return { from: Math.floor((slice * SLOTS) / slices), to: Math.floor(((slice + 1) * SLOTS) / slices) };
}

/** The slice that plans a slot. */
export function sliceOfSlot(slot: number, slices: number): number {
  const guess = Math.floor((slot * slices) / SLOTS);
  return slot >= slotsOfSlice(guess, slices).to ? guess + 1 : guess;
}

/** The slice that decides about an installation. */
export function sliceOf(send: Pick<Send, 'app' | 'id' | 'audience' | 'options' | 'slices'>, installationId: string): number {
  const beside = slicesOfStep(send);
  const place = send.audience.kind === 'explicit' ? 0 : sliceOfSlot(slotOf(send.app, installationId), beside);
  return stepOf(send, installationId) * beside + place;
}

/** A slice of a send as it starts: nothing planned. It follows from the send, so anyone may make it again. */
export function newSlice(send: Send, slice: number, dueAt: number): Slice {
  const { id: sendId, app } = send;
  const beside = slicesOfStep(send); // each step goes through all keys again
  const { from, to } = slotsOfSlice(slice % beside, beside);
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

/** Wakes the planners of some slices of a send. */
export function opensSlices({ app, id }: Send, slices: Iterable<number>, at: number): DomainEvent[] {
  return Array.from(slices, (slice) => eventOf(sliceOpenedV1, { app, sendId: id, slice }, { source: 'carillon/campaign', at }));
}
