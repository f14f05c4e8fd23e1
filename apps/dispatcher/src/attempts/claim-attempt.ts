import type { Clock } from '#libs/kernel';
import type { Attempt } from '#libs/sends';
import type { AttemptRepository } from './attempt.repository.ts';
import {
  claim,
  hasDeadMessages,
  isFree,
  parkAgain,
  parkFromTheStart,
  reopen,
  resume,
  takeOver,
  type AttemptSubject,
  type Holder,
  type Parking,
} from './attempt-rules.ts';

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
    if (await this.attempts.insert(first)) return first;
    const stored = await this.attempts.findById(subject.id);
    const taken = stored && this.#taken(stored, holder);
    if (!taken) return undefined;
    return (await this.attempts.replace(stored, taken, [])) ? taken : undefined;
  }

  /** Before anything of it was begun: one write, and the sweep brings it back. */
  async park(subject: AttemptSubject, parking: Parking): Promise<void> {
    const holder = this.holder();
    if (await this.attempts.insert(parkFromTheStart(subject, holder, parking))) return;
    const stored = await this.attempts.findById(subject.id);
    if (stored && isFree(stored, holder.now)) await this.attempts.replace(stored, parkAgain(stored, parking, holder.now), []);
  }

  /** A new lease of this worker. */
  holder(): Holder {
    const now = this.clock.now();
    return { owner: this.settings.owner, leaseUntil: now + this.settings.leaseMs, now };
  }

  #taken(stored: Attempt, holder: Holder): Attempt | undefined {
    if (stored.state === 'done') return hasDeadMessages(stored) ? reopen(stored, holder) : undefined;
    if (!isFree(stored, holder.now)) return undefined;
    return stored.state === 'parked' ? resume(stored, holder, this.settings.windowSize) : takeOver(stored, holder);
  }
}
