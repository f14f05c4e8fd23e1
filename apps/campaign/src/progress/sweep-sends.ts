import { unlessStale, withTrace, type Clock } from '#libs/kernel';
import { type Send, openSlices, opensSlices } from '#libs/sends';
import type { SendRepository } from '#libs/sends/send/writing';
import type { SliceRepository } from '#libs/sends/slice/writing';
import type { EventPublisher } from '#libs/messaging';
import type { Canary } from '../planning/canary.ts';
import type { DropPlan } from '../retention/drop-plan.ts';
import type { CheckProgress } from './check-progress.ts';

const sendsAtOnce = 100;
const maxInOnePass = 10_000;
const firstAfterMs = 5_000;
const judgingMs = 1_000;
const maxMs = 60_000;

/** Carries on sends whose events were lost: slices nobody opened, ends nobody saw; and lets go what is left of forgotten ones. Answers how many it looked at. Throws DependencyUnavailable. */
export class SweepSends {
  constructor(
    private readonly sends: SendRepository,
    private readonly slices: SliceRepository,
    private readonly progress: CheckProgress,
    private readonly canary: Canary,
    private readonly dropPlan: DropPlan,
    private readonly publisher: EventPublisher,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<number> {
    const now = this.clock.now();
    for (let looked = 0; ; looked += sendsAtOnce) {
      const due = await this.sends.findDue(now, sendsAtOnce);
      for (const send of due) await withTrace(send.traceparent, () => this.#carryOn(send));
      if (due.length < sendsAtOnce || looked >= maxInOnePass) return looked + due.length;
    }
  }

  async #carryOn(send: Send): Promise<void> {
    if (send.forgottenAt !== undefined) return this.dropPlan.execute(send);
    if (send.state === 'planning') await this.#openMissing(send);
    await this.progress.execute(send.app, send.id);
    const now = await this.sends.findById(send.app, send.id);
    if (now?.finishedAt !== null) return;
    const dueAt = this.#nextLook(now, this.clock.now());
    await unlessStale(this.sends.save({ ...now, dueAt, revision: now.revision + 1 }, [])); // whoever wrote first has looked at it too
  }

  /** A slice is stored by its first planner; one that nobody has stored had its event lost. */
  async #openMissing(send: Send): Promise<void> {
    const opened = new Set((await this.slices.ofSend(send.id)).map(({ slice }) => slice));
    const missing = Array.from({ length: openSlices(send) }, (_, slice) => slice).filter((slice) => !opened.has(slice));
    if (missing.length > 0) await this.publisher.publish(opensSlices(send, missing, this.clock.now()));
  }

  /** After as long as it has run already, within bounds, and sooner while a provider that says nothing, or the end of another send, is waited for; a paused send waits for a person. */
  #nextLook(send: Send, now: number): number | null {
    if (send.state === 'paused') return null;
    const ramp = send.ramp?.until ?? Infinity;
    const isSoon = this.canary.isOpen(send) || (send.state === 'planning' && send.audience.kind === 'accepted');
    const usual = isSoon ? judgingMs : Math.min(Math.max(now - send.createdAt, firstAfterMs), maxMs);
    return Math.min(now + usual, Math.max(ramp, now + judgingMs));
  }
}
