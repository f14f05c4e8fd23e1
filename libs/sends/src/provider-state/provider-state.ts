import type { ProviderName } from '#libs/kernel';

/** How one dispatcher process finds one provider for one app; rewritten each second while it changes. */
export interface ProviderState {
  readonly app: string;
  readonly provider: ProviderName;
  readonly process: string;
  readonly at: number;
  /** `ok`, `down` (breaker open), `credentials_refused` (paused until they change). */
  readonly health: 'ok' | 'down' | 'credentials_refused';
  /** In words, with the provider's own reason. */
  readonly detail: string | null;
  readonly since: number | null;
  /** When it is tried again; null when ok, or when only a person can help. */
  readonly retryAt: number | null;
  readonly inFlight: number;
  readonly connections: number;
  /** Messages per second over the last seconds. */
  readonly ratePerSecond: number;
  readonly parkedBatches: number;
}

/** A state older than this is left out, ms. */
export const STALE_AFTER_MS = 60_000;

/** Reads what dispatchers say of providers; a state older than a minute is left out. */
export abstract class ProviderStateReader {
  abstract ofApp(app: string): Promise<readonly ProviderState[]>;
}
