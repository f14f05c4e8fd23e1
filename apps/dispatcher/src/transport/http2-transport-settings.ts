import type { PooledTransportSettings } from './pooled-transport.ts';

export interface Http2TransportSettings extends PooledTransportSettings {
  /** From the start of a connection to the server's SETTINGS, ms. */
  readonly connectDeadlineMs: number;
  /** A connection that was silent for so long is pinged; finds dead NAT paths (providers.md 1.7). */
  readonly pingAfterIdleMs: number;
  readonly pingDeadlineMs: number;
  /** From a GOAWAY with an error to the end, for answers that are on their way. */
  readonly brokenGraceMs: number;
}

export const http2TransportDefaults: Http2TransportSettings = {
  connectDeadlineMs: 10_000,
  pingAfterIdleMs: 60_000,
  pingDeadlineMs: 10_000,
  closeAfterIdleMs: 3_600_000, // providers take frequent connecting for an attack: hours are right, minutes are not
  brokenGraceMs: 1_000,
  growAfterMs: 50,
  openingAtOnce: 1,
  maxIdleDestinations: 10_000,
  tickMs: 100,
};
