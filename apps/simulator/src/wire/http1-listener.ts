import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { SimulatedWorld } from '../simulated-world.ts';
import { PortTaken } from '../simulator-errors.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';
import { http1Requests, type Http1Options } from './http1-requests.ts';

export interface Http1Listening extends Http1Options {
  readonly identity: ServerIdentity;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** The setting to change when the port is taken. */
  readonly setting: string;
}

const handshakeTimeoutMs = 10_000;
/** For a request as a whole, its body included. */
const requestTimeoutMs = 30_000;
/** Longer than clients keep an unused connection, so that it is they who end it. */
const keepAliveMs = 75_000;

/** A TLS port that speaks HTTP/1.1 alone, as most providers do; a client that offers only `h2` fails in its handshake. */
export class Http1Listener {
  private constructor(private readonly server: Server) {}

  /** Throws PortTaken. */
  static async open({ identity, host, port, setting, ...options }: Http1Listening, world: SimulatedWorld): Promise<Http1Listener> {
    const { key, cert } = identity;
    const secure = { key, cert, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], handshakeTimeout: handshakeTimeoutMs } as const;
    const server = createServer(
      { ...secure, noDelay: true, requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveMs },
      http1Requests(options, world),
    );
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => {
        reject(new PortTaken(setting, port, { cause }));
      });
      server.listen(port, host, resolve);
    });
    return new Http1Listener(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every connection at once. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    this.server.closeAllConnections();
    await closed;
  }
}
