import type { Clock, Random } from '#libs/kernel';
import { Http2Connection } from './http2-connection.ts';
import { http2TransportDefaults, type Http2TransportSettings } from './http2-transport-settings.ts';
import { PooledTransport } from './pooled-transport.ts';

/** The transport over HTTP/2 connections of our own: an object of a few fields for a request, and nothing of Node's for it. */
export class Http2Transport extends PooledTransport {
  constructor(clock: Clock, random: Random, settings: Partial<Http2TransportSettings> = {}) {
    const whole = { ...http2TransportDefaults, ...settings };
    super(clock, random, whole, (destination, keeper) => new Http2Connection(destination, keeper, clock, whole));
  }
}
