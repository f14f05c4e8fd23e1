import { murmur3, parseDuration } from '#libs/kernel';
import type { RampStep, Send } from './send.ts';

const parts = 10_000;

type RampedSend = Pick<Send, 'id' | 'options' | 'slices'>;

/** Its steps; none where all goes at once, or nothing goes. */
export function rampOf({ options }: Pick<Send, 'options'>): readonly RampStep[] {
  return options.dryRun ? [] : (options.ramp ?? []);
}

/** Slices that are planned beside each other: those of one step. */
export function slicesOfStep(send: RampedSend): number {
  return send.slices / (rampOf(send).length + 1);
}

/** The step that a slice is of. */
export function stepOfSlice(send: RampedSend, slice: number): number {
  return Math.floor(slice / slicesOfStep(send));
}

/** The step that an installation has its message in, the same whoever asks and whenever: a hash of both. */
export function stepOf(send: RampedSend, installationId: string): number {
  const ramp = rampOf(send);
  if (ramp.length === 0) return 0;
  const part = murmur3(Buffer.from(`${send.id}:${installationId}`)) % parts;
  const step = ramp.findIndex(({ percent }) => part < percent * (parts / 100));
  return step < 0 ? ramp.length : step;
}

/** What part of all installations a step has, above 0 and at most 1. */
export function shareOfStep(send: RampedSend, step: number): number {
  const ramp = rampOf(send);
  return ((ramp[step]?.percent ?? 100) - (ramp[step - 1]?.percent ?? 0)) / 100;
}

/** Slices that may be planned by now: the first so many. */
export function openSlices(send: RampedSend & Pick<Send, 'ramp'>): number {
  return slicesOfStep(send) * ((send.ramp?.step ?? 0) + 1);
}

export function waitMsOf({ wait }: RampStep): number {
  return parseDuration(wait) ?? 0;
}
