import type { LiveEvents } from '#libs/coordination';
import { againWhenStale, note, type Clock } from '#libs/kernel';
import { openSlices, opensSlices, rampOf, sendChannel, slicesOfStep, waitMsOf, type RampStep, type Send } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import { unplannedSlices } from '../planning/unplanned-slices.ts';
import type { LiveSums } from './live-sums.ts';

const conflicts = 10;
const sweptAfterMs = 1_000;

/**
 * Takes a send from one step of its ramp to the next: once a step is planned its time to wait begins, and when that is over the next one opens, or the send is
 * stopped by the step's condition. Each is one conditional write, so it happens once, whoever looks, however often. Throws DependencyUnavailable.
 */
export class WatchRamp {
  constructor(
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly liveSums: LiveSums,
    private readonly live: LiveEvents,
    private readonly clock: Clock,
  ) {}

  async execute({ app, id, ...seen }: Send): Promise<void> {
    if (rampOf(seen).length === 0) return;
    await againWhenStale(conflicts, async () => {
      const send = await this.sends.findById(app, id);
      if (send?.state !== 'planning') return;
      const number = send.ramp?.step ?? 0;
      const step = rampOf(send)[number];
      const now = this.clock.now();
      if (!step || (await unplannedSlices(this.slices, send)).length > 0) return;
      const until = send.ramp?.until;
      if (until === undefined) await this.#begin(send, { step: number, until: now + waitMsOf(step) });
      else if (now >= until && (await this.#isBad(send, step))) await stopByItself(send, 'ramp_failed', now, this.sends, this.live);
      else if (now >= until) await this.#open(send, number + 1, now);
    });
  }

  async #begin(send: Send, ramp: Required<Send>['ramp']): Promise<void> {
    await this.sends.save({ ...send, ramp, dueAt: ramp.until ?? send.dueAt, revision: send.revision + 1 }, []);
    this.live.tell(sendChannel(send.id));
  }

  async #open(send: Send, step: number, now: number): Promise<void> {
    const next = { ...send, ramp: { step }, dueAt: now + sweptAfterMs, revision: send.revision + 1 };
    const open = openSlices(next);
    const opened = Array.from({ length: slicesOfStep(next) }, (_, index) => open - slicesOfStep(next) + index);
    await this.sends.save(next, opensSlices(next, opened, now));
    this.live.tell(sendChannel(send.id));
  }

  /** Of what has its last word. */
  async #isBad(send: Send, { stopIf }: RampStep): Promise<boolean> {
    if (!stopIf) return false;
    const { accepted, failed } = (await this.liveSums.now(send)).sums.counts;
    return failed > 0 && (failed * 100) / (accepted + failed) >= stopIf.failedPercent;
  }
}

/** Ends a send that nobody has asked to end: what is open settles as `send_stopped` when the sweep comes. Throws StaleRevision, DependencyUnavailable. */
export async function stopByItself(
  send: Send,
  stateReason: 'ramp_failed' | 'provider_throttled',
  now: number,
  sends: SendRepository,
  live: LiveEvents,
): Promise<void> {
  const { app, id: sendId, revision } = send;
  await sends.save({ ...send, state: 'stopped', stateReason, stateSince: now, dueAt: now + sweptAfterMs, revision: revision + 1 }, []);
  live.tell(sendChannel(sendId));
  note('send stopped', { app, sendId });
}
