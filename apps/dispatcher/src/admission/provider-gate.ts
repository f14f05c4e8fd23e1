import type { Lane } from '#libs/kernel';
import { RAMP_STEPS } from './adaptive-rate.ts';
import { Breaker } from './breaker.ts';
import { CredentialPause } from './credential-pause.ts';
import { ParkingLine } from './parking-line.ts';
import { endOfSpike } from './quarter-hours.ts';
import { RETRIES_PER_SECOND, RetryBudget } from './retry-budget.ts';
import type { SendingRate } from './sending-rate.ts';
import type { ProviderSignals, Rest } from './provider-signals.ts';

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

export type ParkReason = 'provider_down' | 'credentials_refused' | 'rate' | 'retry_budget' | 'busy' | 'paused' | 'draining';

/** FCM's quota of a project, 600,000 a minute: the least that a ramp climbs to, per second. */
export const LEAST_PEAK = 600_000 / 60;

export interface GateSettings {
  /** How long a provider that is down is left alone before a probe, ms. */
  readonly probeAfterMs: number;
  readonly credentialProbeAfterMs: number;
  /** Bulk stays out of the first minutes of each quarter of an hour while the rate climbs. Not so unless said. */
  readonly avoidsQuarterHours?: boolean;
  /** How long nothing goes after all that the credential sends was too much and no time was named, ms; only the rate falls unless said. */
  readonly throttledRestMs?: number;
}

export const LONGEST_WAIT_MS = 1_000;
const spacingMs = 20;
/** Where a provider answers slowly, or nobody knows yet how fast, a batch comes back after this long behind the one before, ms. */
const widestSpacingMs = 1_000;
const maxLines = 64;

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
  /** Messages per second when it was last well. */
  #pace = 0;
  readonly #retries = new RetryBudget();

  constructor(
    private readonly settings: GateSettings,
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

  /** `isRetry`: they have been tried before. */
  admit(lane: Lane, wanted: number, credentialId: string, now: number, isRetry = false): Admittance {
    const closed = this.closed(lane, credentialId, now);
    if (closed) return closed;
    if (this.#rest?.credentialId === credentialId) this.#ramp(now); // it is over
    this.#rest = null; // or another credential has not heard of it
    const pause = this.#pause.take(credentialId, now).kind;
    this.#tell(); // another credential lifts the pause
    if (pause === 'probe') return { kind: 'admitted', messages: 1, probe: 'credential' };
    if (this.#breaker.take(now).kind === 'probe') return { kind: 'admitted', messages: 1, probe: 'breaker' };
    const quiet = this.#quietUntil(lane, now);
    if (quiet > now) return this.park('rate', lane, quiet);
    const affordable = isRetry ? this.#retries.affordable(lane, wanted, now) : wanted;
    if (affordable === 0) return this.park('retry_budget', lane, now + this.#retries.waitMs(wanted), (wanted / RETRIES_PER_SECOND) * 1000);
    const { granted, waitMs } = this.rate.take(affordable, now);
    if (granted > 0) return { kind: 'admitted', messages: granted, probe: null };
    if (waitMs <= LONGEST_WAIT_MS) return { kind: 'wait', ms: waitMs };
    return this.park('rate', lane, now + waitMs, (wanted / (this.rate.limit ?? wanted)) * 1000);
  }

  #quietUntil(lane: Lane, now: number): number {
    return lane === 'bulk' && this.settings.avoidsQuarterHours && this.rate.limit !== null ? endOfSpike(now) : now;
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
  observe(admitted: Admitted, sent: number, signals: ProviderSignals, credentialId: string, now: number, isRetry = false): void {
    if (admitted.probe === null) this.rate.giveBack(admitted.messages - sent);
    this.#retries.sent(sent, isRetry, now);
    this.#pause.observe(credentialId, signals.answers, signals.refused, signals.refusedReason, now);
    const openBefore = this.#breaker.openSince;
    const isBack = this.#breaker.observe(signals.answers, signals.down, signals.downReason, now, signals.downForMs);
    this.rate.observe(signals.answers, signals.throttled, now);
    if (openBefore === null && this.#breaker.openSince !== null) this.#pace = this.rate.measured(now);
    if (isBack) this.#ramp(now);
    if (signals.rest) this.#restFor(signals.rest, credentialId, now);
    // A probe that brought no answer, because its message was skipped, leaves room for the next.
    if (admitted.probe === 'breaker') this.#breaker.abandonProbe();
    if (admitted.probe === 'credential') this.#pause.abandonProbe();
    this.#tell();
  }

  /** Nothing goes for so long; then the rate climbs, as after an outage. */
  #restFor({ ms, reason }: Rest, credentialId: string, now: number): void {
    const restMs = ms > 0 ? ms : (this.settings.throttledRestMs ?? 0);
    if (restMs === 0) return;
    if (!this.#rest) this.#pace = this.rate.measured(now);
    this.#rest = { credentialId, reason, since: this.#rest?.since ?? now, until: Math.max(this.#rest?.until ?? 0, now + restMs) };
  }

  #ramp(now: number): void {
    this.rate.rampFrom(Math.max(this.#pace, LEAST_PEAK) / RAMP_STEPS, now);
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
