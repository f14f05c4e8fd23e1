import { PushError, type BulkTurns, type Clock, type Lane } from '#libs/kernel';
import type { Send, SendReader } from '#libs/sends';
import type { Parking } from '#libs/sends/attempt/writing';
import type { Draining } from '../admission/draining.ts';
import type { KnownHalts } from '../admission/known-halts.ts';
import { LONGEST_WAIT_MS, type Admitted, type Parked, type ProviderGate } from '../admission/provider-gate.ts';
import { NO_SIGNALS, decisive } from '../admission/provider-signals.ts';
import { pause, type Timer } from '../timer.ts';
import { standingOf } from '../attempts/standing.ts';
import type { Outcome } from '../providers/outcome.ts';
import type { WindowWork } from './outcomes.ts';
import type { RoundEnd, RoundSender } from './send-round.ts';

/** A batch is planned for a send that is not stored. */
class SendUnknown extends PushError {
  readonly code = 'send_unknown';
  readonly retryable = false;

  constructor(
    readonly sendId: string,
    options?: ErrorOptions,
  ) {
    super(`No send ${sendId} is stored`, options);
  }
}

/** Throws SendUnknown. */
export async function sendOf(sends: SendReader, { app, sendId }: { readonly app: string; readonly sendId: string }): Promise<Send> {
  const send = await sends.findById(app, sendId);
  if (!send) throw new SendUnknown(sendId);
  return send;
}

const idleRounds = 3;
/** A reading of the send serves for so long, ms: pause and stop take hold within two seconds. */
const sendKnownMs = 250;

/** Works on one window round by round, as much as admission lets through, until every message has an answer or the rest has to wait. */
export class WindowSender {
  constructor(
    private readonly sends: SendReader,
    private readonly rounds: RoundSender,
    private readonly halts: KnownHalts,
    private readonly bulkTurns: BulkTurns,
    private readonly draining: Draining,
    private readonly clock: Clock,
    private readonly timer: Timer,
  ) {}

  /** Fills the progress. Answers how what it leaves open has to wait; null where nothing is open. */
  async execute(work: WindowWork): Promise<Parking | null> {
    const { progress } = work;
    let idle = 0;
    let known: Send | undefined = work.send;
    for (let open = progress.open.size; open > 0;) {
      const parking = idle < idleRounds ? await this.#round(work, open, known) : this.#busy(work);
      if (parking) return parking;
      known = undefined;
      const left = progress.open.size;
      idle = left === open ? idle + 1 : 0;
      open = left;
    }
    return null;
  }

  /** Null: go on with what is still open. */
  async #round(work: WindowWork, open: number, known: Send | undefined): Promise<Parking | null> {
    const { attempt, progress } = work;
    await this.bulkTurns.take({ lane: attempt.lane, share: attempt.sendId, hasBegun: false });
    const now = this.clock.now();
    const send = known && now - work.sendReadAt <= sendKnownMs ? known : await sendOf(this.sends, attempt);
    const standing = standingOf(send, now);
    if (standing.kind === 'over') {
      progress.answerOpen(standing.word);
      return null;
    }
    if (standing.kind === 'paused') return { reason: 'paused', dueAt: send.expiresAt };
    const halted = await this.halts.reasonFor(attempt.app, attempt.provider, send.createdAt);
    if (halted) return { reason: halted, dueAt: send.expiresAt };
    if (this.draining.isOn) return { reason: 'draining', dueAt: now };
    if (now > work.until) return { reason: 'busy', dueAt: now };
    const { gated, credential } = work.channel;
    await gated.gate.rate.prepare(open, now);
    const admittance = gated.gate.admit(attempt.lane, open, credential.id, this.clock.now(), attempt.depth > 1);
    if (admittance.kind === 'park') return admittance;
    if (admittance.kind === 'admitted') return this.#send(work, send, admittance);
    await pause(this.timer, admittance.ms);
    return null;
  }

  /** Whatever happens, the gate hears once what became of the leave that it gave. */
  async #send(work: WindowWork, send: Send, admitted: Admitted): Promise<Parking | null> {
    const { channel, progress, attempt } = work;
    let end: RoundEnd = { sent: 0, signals: NO_SIGNALS };
    try {
      const admission = await channel.provider.admit(channel.app, this.clock.now() + LONGEST_WAIT_MS);
      if (!admission.admitted) {
        end = { sent: 0, signals: decisive(admission.outcome) };
        return parkingFor(admission.outcome, channel.gated.gate, attempt.lane, this.clock.now());
      }
      if (this.clock.now() > work.until) return this.#busy(work); // who stood still meanwhile may have been taken over
      end = await this.rounds.send({ ...work, send, positions: progress.open.toArray(admitted.messages) });
      return null;
    } finally {
      channel.gated.gate.observe(admitted, end.sent, end.signals, channel.credential.id, this.clock.now(), attempt.depth > 1);
    }
  }

  #busy({ attempt, channel }: WindowWork): Parking {
    return channel.gated.gate.park('busy', attempt.lane, this.clock.now() + LONGEST_WAIT_MS);
  }
}

/** How messages wait that the provider's own admission did not let through. */
function parkingFor(outcome: Outcome, gate: ProviderGate, lane: Lane, now: number): Parked {
  const afterMs = 'afterMs' in outcome ? outcome.afterMs : undefined;
  const from = now + Math.max(afterMs ?? LONGEST_WAIT_MS, LONGEST_WAIT_MS);
  if (outcome.kind === 'credentials_bad') return gate.park('credentials_refused', lane, from);
  return gate.park(outcome.kind === 'provider_down' ? 'provider_down' : 'busy', lane, from);
}
