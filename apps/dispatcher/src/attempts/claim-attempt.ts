import { crashPoint, type Clock } from '#libs/kernel';
import type { Attempt } from '#libs/sends';
import {
  type AttemptRepository,
  type AttemptSubject,
  type Holder,
  type Parking,
  attemptEvent,
  claim,
  hasDeadMessages,
  isFree,
  parkAgain,
  parkFromTheStart,
  reopen,
  resume,
  takeOver,
} from '#libs/sends/attempt/writing';

export interface ClaimSettings {
  /** A nonce of this process. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly windowSize: number;
}

/** Takes an attempt for this worker, or puts it off; undefined, or false, where there is nothing to do any more: the event is handled. */
export class ClaimAttempt {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly clock: Clock,
    private readonly settings: ClaimSettings,
  ) {}

  async execute(subject: AttemptSubject): Promise<Attempt | undefined> {
    const holder = this.holder();
    const first = claim(subject, holder, this.settings.windowSize);
    crashPoint('p2.claim.before');
    const isFirst = await this.attempts.insert(first);
    crashPoint('p2.claim.after');
    if (isFirst) return first;
    const stored = await this.attempts.findById(subject.id);
    if (stored?.state === 'done') await this.#reopen(stored, holder.now);
    if (!stored || !isFree(stored, holder.now)) return undefined;
    const taken = stored.state === 'parked' ? resume(stored, holder, this.settings.windowSize) : takeOver(stored, holder);
    return (await this.attempts.replace(stored, taken, [])) ? taken : undefined;
  }

  /** Before anything of it was begun: one write, and the sweep brings it back. */
  async park(subject: AttemptSubject, parking: Parking): Promise<void> {
    const holder = this.holder();
    crashPoint('p2.park.before');
    const isFirst = await this.attempts.insert(parkFromTheStart(subject, holder, parking));
    crashPoint('p2.park.after');
    if (isFirst) return;
    const stored = await this.attempts.findById(subject.id);
    if (stored && isFree(stored, holder.now)) await this.attempts.replace(stored, parkAgain(stored, parking, holder.now), []);
  }

  /** A new lease of this worker. */
  holder(): Holder {
    const now = this.clock.now();
    return { owner: this.settings.owner, leaseUntil: now + this.settings.leaseMs, now };
  }

  /** Only a replayed dead letter brings an event back to an attempt that says so. */
  async #reopen(done: Attempt, now: number): Promise<void> {
    if (!hasDeadMessages(done)) return;
    const open = reopen(done, now);
    await this.attempts.replace(done, open, [attemptEvent(open)]);
  }
}
