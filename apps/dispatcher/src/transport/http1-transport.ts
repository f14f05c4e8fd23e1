import type { Clock, Random } from '#libs/kernel';
import { Http1Connection } from './http1-connection.ts';
import { http1TransportDefaults, type Http1TransportSettings } from './http1-transport-settings.ts';
import { PooledTransport } from './pooled-transport.ts';

/** The transport over HTTP/1.1, for providers that speak nothing newer, or nothing newer surely: a connection carries one request at a time. */
export class Http1Transport extends PooledTransport {
  constructor(clock: Clock, random: Random, settings: Partial<Http1TransportSettings> = {}) {
    const whole = { ...http1TransportDefaults, ...settings };
    super(clock, random, whole, (destination, keeper) => new Http1Connection(destination, keeper, clock, whole));
  }
}
