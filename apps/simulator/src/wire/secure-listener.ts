import { createServer as createHttp1, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTls, type TLSSocket } from 'node:tls';
import { PortTaken } from '../simulator-errors.ts';
import type { ServerIdentity } from '../tls/test-authority.ts';

interface Listening {
  readonly identity: ServerIdentity;
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** The setting to change when the port is taken. */
  readonly setting: string;
  /** Whether clients may show a certificate; whose it is, is for the provider to judge. */
  readonly takesCertificates?: boolean;
  onHttp2(socket: TLSSocket): void;
  /** Answers HTTP/1.1; without it `h2` alone is spoken. */
  readonly onHttp1?: RequestListener;
}

const handshakeTimeoutMs = 10_000;

/**
 * A TLS port that speaks HTTP/2, and HTTP/1.1 where asked to; the client's ALPN decides. Who names no protocol speaks HTTP/1.1 where that is spoken, and
 * HTTP/2 from the first byte on where it is not, as APNs takes it (pushy and aioapns send no ALPN).
 */
export class SecureListener {
  readonly #http2 = new Set<TLSSocket>();
  readonly #http1;
  readonly #tls;

  private constructor(private readonly options: Listening) {
    this.#http1 = options.onHttp1 && createHttp1({ requestTimeout: 30_000 }, options.onHttp1);
    const { key, cert } = options.identity;
    const protocols = options.onHttp1 ? ['h2', 'http/1.1'] : ['h2'];
    this.#tls = createTls(
      {
        ...{ key, cert, minVersion: 'TLSv1.2', ALPNProtocols: protocols, handshakeTimeout: handshakeTimeoutMs },
        ...(options.takesCertificates === true && { requestCert: true, rejectUnauthorized: false }),
      },
      (socket) => {
        this.#route(socket);
      },
    );
    this.#tls.on('tlsClientError', () => undefined);
  }

  /** Throws PortTaken. */
  static async open(options: Listening): Promise<SecureListener> {
    const listener = new SecureListener(options);
    await new Promise<void>((resolve, reject) => {
      listener.#tls.once('error', (cause) => {
        reject(new PortTaken(options.setting, options.port, { cause }));
      });
      listener.#tls.listen(options.port, options.host, resolve);
    });
    return listener;
  }

  get port(): number {
    return (this.#tls.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#http2) socket.destroy();
    this.#http1?.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#tls.close(() => {
        resolve();
      });
    });
  }

  #route(socket: TLSSocket): void {
    socket.setNoDelay(true);
    socket.on('error', () => undefined); // a client that breaks off is not our fault to report
    if (socket.alpnProtocol === 'h2' || !this.#http1) this.#accept(socket);
    else this.#http1.emit('connection', socket);
  }

  #accept(socket: TLSSocket): void {
    this.#http2.add(socket);
    socket.on('close', () => this.#http2.delete(socket));
    this.options.onHttp2(socket);
  }
}
