import { connect, type ClientHttp2Session } from 'node:http2';
import { isIP } from 'node:net';
import type { Destination } from './transport.ts';

/** Starts a session. Throws for a host or an authority that are none. */
export function openSession({ host, port, ca }: Destination): ClientHttp2Session {
  const authority = `https://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return connect(authority, { ...(ca === undefined ? {} : { ca }), settings: { enablePush: false }, maxSessionMemory: 64 });
}
