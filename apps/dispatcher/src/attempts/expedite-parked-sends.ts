import { wholeHaltIn, type Halt } from '#libs/access';
import type { Clock } from '#libs/kernel';
import type { SendReader } from '#libs/sends';
import type { KnownHalts } from '../admission/known-halts.ts';
import type { AttemptRepository } from '#libs/sends/attempt/writing';
import { standingOf } from './standing.ts';
import { OVERDUE_MS } from './said-reminders.ts';

const step = 500;
/** What is parked for these waits for a word, and not for a time. */
const resumable = ['paused', 'held', 'provider_paused'];

/** Lets what waits feel within a second or two that its send was resumed, stopped or has expired, or that a halt was lifted. */
export class ExpediteParkedSends {
  #after: string | null = null;

  constructor(
    private readonly attempts: AttemptRepository,
    private readonly sends: SendReader,
    private readonly halts: KnownHalts,
    private readonly clock: Clock,
  ) {}

  /** Looks at the next few hundred sends; starts over at the end. */
  async execute(): Promise<void> {
    const waiting = await this.attempts.waitingSends(this.#after, step);
    this.#after = waiting.length < step ? null : (waiting.at(-1)?.sendId ?? null);
    const halts = await this.halts.inForce();
    await Promise.all(waiting.map(({ app, sendId }) => this.#hurry(app, sendId, halts)));
  }

  async #hurry(app: string, sendId: string, halts: readonly Halt[]): Promise<void> {
    const send = await this.sends.findById(app, sendId);
    if (!send) return;
    const now = this.clock.now();
    const { kind } = standingOf(send, now);
    // What is looked at within the sweep's own pace needs no hurry, and would be published twice.
    if (kind === 'over') await this.attempts.hurry(sendId, null, now, now + OVERDUE_MS);
    if (kind !== 'open' || wholeHaltIn(halts)) return;
    const halted = halts.flatMap((halt) => (halt.app === app && halt.provider ? [halt.provider] : []));
    await this.attempts.hurry(sendId, { parkedFor: resumable, notOf: halted }, now, now + OVERDUE_MS);
  }
}
