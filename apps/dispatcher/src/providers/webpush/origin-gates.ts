import { BoundedMap } from '#libs/kernel';
import type { Outcome } from '../outcome.ts';

interface Origin {
  /** Faults in a row. */
  faults: number;
  pausedUntil: number;
  pauseMs: number;
}

const maxOrigins = 1_000;
/** Where a push service named no time. */
const throttledMs = 10_000;
const faultsBeforePause = 10;
const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

/** The push services that a process leaves alone for a while: one that throttles, or is down, holds up none of the others. */
export class OriginGates {
  readonly #origins = new BoundedMap<Origin>(maxOrigins);

  /** How long a push service is left alone still, ms; 0 where it is not. */
  pauseOf(origin: string, now: number): number {
    return Math.max(0, (this.#origins.get(origin)?.pausedUntil ?? 0) - now);
  }

  /** What a push service said, or that it said nothing. */
  observe(origin: string, outcome: Outcome, now: number): void {
    const known = this.#origins.get(origin);
    if (outcome.kind === 'throttled') {
      this.#pause(origin, known, outcome.afterMs ?? throttledMs, now);
    } else if (outcome.kind === 'provider_down' || outcome.kind === 'unknown' || outcome.kind === 'retry_later') {
      const afterMs = outcome.kind === 'unknown' ? undefined : outcome.afterMs;
      if (afterMs === undefined) this.#fault(origin, known, now);
      else this.#pause(origin, known, afterMs, now);
    } else if (known) {
      known.faults = 0;
      known.pauseMs = firstPauseMs;
    }
  }

  #pause(origin: string, known: Origin | undefined, pauseMs: number, now: number): void {
    const kept = known ?? this.#origins.set(origin, { faults: 0, pausedUntil: 0, pauseMs: firstPauseMs });
    kept.pausedUntil = Math.max(kept.pausedUntil, now + pauseMs);
  }

  /** After a pause one more fault is enough for the next, which is twice as long. */
  #fault(origin: string, known: Origin | undefined, now: number): void {
    const kept = known ?? this.#origins.set(origin, { faults: 0, pausedUntil: 0, pauseMs: firstPauseMs });
    kept.faults += 1;
    if (kept.faults < faultsBeforePause || kept.pausedUntil > now) return;
    kept.pausedUntil = now + kept.pauseMs;
    kept.pauseMs = Math.min(kept.pauseMs * 2, longestPauseMs);
    kept.faults = faultsBeforePause - 1;
  }
}
