import type { Lane } from '#libs/kernel';
import { Breaker } from './breaker.ts';
import { CredentialPause } from './credential-pause.ts';
import { ParkingLine } from './parking-line.ts';
import type { SendingRate } from './sending-rate.ts';
import type { ProviderSignals } from './provider-signals.ts';

/** Leave to send so many messages. A probe is one message that decides for all. */
export interface Admitted {
  readonly kind: 'admitted';
  readonly messages: number;
  readonly probe: 'breaker' | 'credential' | null;
}

/** Not now: when to come again (ms), and why. */
export interface Parked {
  readonly kind: 'park';
  readonly reason: ParkReason;
  readonly dueAt: number;
}

export type Admittance = Admitted | Parked | { readonly kind: 'wait'; readonly ms: number };

export type ParkReason = 'provider_down' | 'credentials_refused' | 'rate' | 'busy' | 'paused' | 'draining';

export interface GateSettings {
  /** How long a provider that is down is left alone before a probe, ms. */
  readonly probeAfterMs: number;
  readonly credentialProbeAfterMs: number;
}

export const LONGEST_WAIT_MS = 1_000;
const spacingMs = 20;
/** Where a provider answers slowly, or nobody knows yet how fast, a batch comes back after this long behind the one before, ms. */
const widestSpacingMs = 1_000;
const maxLines = 64;
const rampPerSecond = 1_000;

/** The provider has said that it takes nothing by this credential before an instant (ms). */
interface Resting {
  readonly credentialId: string;
  readonly reason: string;
  readonly since: number;
  readonly until: number;
}

/** Breaker, rate and credential of one app at one provider: whether its messages may go now. No input or output. */
export class ProviderGate {
  readonly #breaker: Breaker;
  readonly #pause: CredentialPause;
  readonly #lines = new Map<string, ParkingLine>();
  #rest: Resting | null = null;
  #told: GateHealth['health'] = 'ok';

  constructor(
    settings: GateSettings,
    readonly rate: SendingRate,
    /** Told when the breaker opens or closes, or a refused credential is left alone or tried again. */
    private readonly changed: (health: GateHealth) => void = () => undefined,
  ) {
    this.#breaker = new Breaker(settings.probeAfterMs);
    this.#pause = new CredentialPause(settings.credentialProbeAfterMs);
  }

  /** Why nothing can go now, if so; changes nothing. */
  closed(lane: Lane, credentialId: string, now: number): Parked | undefined {
    if (this.#rest && now < this.#rest.until && credentialId === this.#rest.credentialId)
      return this.park('provider_down', lane, this.#rest.until);
    const pause = this.#pause.peek(credentialId, now);
    if (pause.kind === 'open') return this.park('credentials_refused', lane, pause.until);
    const breaker = this.#breaker.peek(now);
    if (breaker.kind === 'open') return this.park('provider_down', lane, breaker.until);
    return undefined;
  }

  admit(lane: Lane, wanted: number, credentialId: string, now: number): Admittance {
    const closed = this.closed(lane, credentialId, now);
    if (closed) return closed;
    this.#rest = null; // it is over, or another credential has not heard of it
    const pause = this.#pause.take(credentialId, now).kind;
    this.#tell(); // another credential lifts the pause
    if (pause === 'probe') return { kind: 'admitted', messages: 1, probe: 'credential' };
    if (this.#breaker.take(now).kind === 'probe') return { kind: 'admitted', messages: 1, probe: 'breaker' };
    const { granted, waitMs } = this.rate.take(wanted, now);
    if (granted > 0) return { kind: 'admitted', messages: granted, probe: null };
    if (waitMs <= LONGEST_WAIT_MS) return { kind: 'wait', ms: waitMs };
    return this.park('rate', lane, now + waitMs, (wanted / (this.rate.limit ?? wanted)) * 1000);
  }

  /** A place in the line of those who come again; each lane and reason has a line of its own. */
  park(reason: ParkReason, lane: Lane, from: number, spacing = spacingMs): Parked {
    return this.#place(`${lane} ${reason}`, reason, from, spacing);
  }

  /**
   * For a batch that found no room: the batches of a send come back at the pace at which this provider has answered lately, each about when there is
   * room for it. Coming early costs calls, and events that pile up.
   */
  parkForRoom(lane: Lane, sendId: string, messages: number, now: number): Parked {
    const pace = (messages / this.rate.measured(now)) * 1000;
    const spacing = Math.max(spacingMs, Math.min(pace, widestSpacingMs));
    return this.#place(`${lane} busy ${sendId}`, 'busy', now + spacing, spacing);
  }

  #place(name: string, reason: ParkReason, from: number, spacing: number): Parked {
    let line = this.#lines.get(name);
    if (!line) {
      if (this.#lines.size >= maxLines) this.#dropLinesBefore(from);
      line = new ParkingLine();
      this.#lines.set(name, line);
    }
    return { kind: 'park', reason, dueAt: Math.ceil(line.place(from, spacing)) };
  }

  #dropLinesBefore(now: number): void {
    for (const [name, line] of this.#lines) if (line.isOver(now)) this.#lines.delete(name);
  }

  /** After every `admitted`, once: what was sent of it, and what came back. */
  observe(admitted: Admitted, sent: number, signals: ProviderSignals, credentialId: string, now: number): void {
    if (admitted.probe === null) this.rate.giveBack(admitted.messages - sent);
    this.#pause.observe(credentialId, signals.answers, signals.refused, signals.refusedReason, now);
    const isBack = this.#breaker.observe(signals.answers, signals.down, signals.downReason, now);
    if (isBack) this.rate.rampFrom(rampPerSecond, now);
    this.rate.observe(signals.answers, signals.throttled, now);
    if (signals.rest) this.#rest = { ...signals.rest, credentialId, since: this.#rest?.since ?? now, until: now + signals.rest.ms };
    // A probe that brought no answer, because its message was skipped, leaves room for the next.
    if (admitted.probe === 'breaker') this.#breaker.abandonProbe();
    if (admitted.probe === 'credential') this.#pause.abandonProbe();
    this.#tell();
  }

  #tell(): void {
    const now = this.health();
    if (now.health === this.#told) return;
    this.#told = now.health;
    this.changed(now);
  }

  /** Nothing is wrong here, and nothing is limited. */
  get isCalm(): boolean {
    return this.#breaker.openSince === null && this.#pause.since === null && this.#rest === null && this.rate.limit === null;
  }

  health(): GateHealth {
    if (this.#pause.since !== null) {
      return { health: 'credentials_refused', detail: this.#pause.reason, since: this.#pause.since, retryAt: this.#pause.probeAt };
    }
    if (this.#rest) return { health: 'down', detail: this.#rest.reason, since: this.#rest.since, retryAt: this.#rest.until };
    if (this.#breaker.openSince !== null) {
      return { health: 'down', detail: this.#breaker.reason, since: this.#breaker.openSince, retryAt: this.#breaker.probeAt };
    }
    return { health: 'ok', detail: null, since: null, retryAt: null };
  }
}

export interface GateHealth {
  readonly health: 'ok' | 'down' | 'credentials_refused';
  readonly detail: string | null;
  readonly since: number | null;
  readonly retryAt: number | null;
}
