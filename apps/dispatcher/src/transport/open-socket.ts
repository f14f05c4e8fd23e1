import { isPublicAddress, PrivateAddress, publicLookup } from '#libs/kernel';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Destination } from './transport.ts';

/**
 * Starts a connection that speaks the destination's protocol or is destroyed. Throws for an authority or a certificate of its own that is no PEM, and PrivateAddress for an address
 * that is none of the Internet where only such are wanted; a name that leads to such an address fails with the same, as the socket's error.
 */
export function openSocket({ protocol, host, port, ca, client, publicOnly = false }: Destination): TLSSocket {
  if (publicOnly && isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddress(host);
  const socket = connect({
    host,
    port,
    ALPNProtocols: [protocol],
    minVersion: 'TLSv1.2', // RFC 9113 section 9.2
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    ...client,
    ...(publicOnly && { lookup: publicLookup }),
  });
  socket.setNoDelay(true);
  socket.once('secureConnect', () => {
    if (!isSpoken(protocol, socket.alpnProtocol)) socket.destroy(new Error(`The server does not speak ${protocol}.`));
  });
  return socket;
}

/** Who says nothing of protocols speaks HTTP/1.1. */
function isSpoken(protocol: Destination['protocol'], chosen: string | false | null): boolean {
  return chosen === protocol || (protocol === 'http/1.1' && typeof chosen !== 'string');
}
