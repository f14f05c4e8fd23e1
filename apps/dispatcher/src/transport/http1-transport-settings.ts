import type { PooledTransportSettings } from './pooled-transport.ts';

export interface Http1TransportSettings extends PooledTransportSettings {
  /** From the start of a connection to the end of its TLS handshake, ms. */
  readonly connectDeadlineMs: number;
  /** A connection that was used is closed when it was idle for so long, ms, unless its server named a time. Later, it might close it under a request. */
  readonly keepAliveMs: number;
}

export const http1TransportDefaults: Http1TransportSettings = {
  connectDeadlineMs: 10_000,
  keepAliveMs: 20_000,
  closeAfterIdleMs: 60_000,
  growAfterMs: 0,
  openingAtOnce: 16,
  maxIdleDestinations: 500,
  tickMs: 100,
};
