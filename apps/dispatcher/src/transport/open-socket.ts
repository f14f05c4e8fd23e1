import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { Destination } from './transport.ts';

/** Starts a connection that speaks HTTP/2 or is destroyed. Throws for an authority that is no PEM. */
export function openSocket({ host, port, ca }: Destination): TLSSocket {
  const socket = connect({
    host,
    port,
    ALPNProtocols: ['h2'],
    minVersion: 'TLSv1.2', // RFC 9113 section 9.2
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
  });
  socket.setNoDelay(true);
  socket.once('secureConnect', () => {
    if (socket.alpnProtocol !== 'h2') socket.destroy(new Error('The server does not speak HTTP/2.'));
  });
  return socket;
}
