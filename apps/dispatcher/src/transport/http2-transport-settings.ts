export interface Http2TransportSettings {
  /** From the start of a connection to the server's SETTINGS, ms. */
  readonly connectDeadlineMs: number;
  /** A connection that was silent for so long is pinged; finds dead NAT paths (providers.md 1.7). */
  readonly pingAfterIdleMs: number;
  readonly pingDeadlineMs: number;
  /** Unused for so long, it is closed. Providers take frequent connecting for an attack: hours are right, minutes are not. */
  readonly closeAfterIdleMs: number;
  /** From a GOAWAY with an error to the end, for answers that are on their way. */
  readonly brokenGraceMs: number;
  /** Another connection is opened when all have been full for so long. */
  readonly growAfterMs: number;
  /** Deadlines are kept to within this. */
  readonly tickMs: number;
}

export const http2TransportDefaults: Http2TransportSettings = {
  connectDeadlineMs: 10_000,
  pingAfterIdleMs: 60_000,
  pingDeadlineMs: 10_000,
  closeAfterIdleMs: 3_600_000,
  brokenGraceMs: 1_000,
  growAfterMs: 50,
  tickMs: 100,
};
