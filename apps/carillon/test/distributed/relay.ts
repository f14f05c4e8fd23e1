import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A server's address that nobody answers at until it is opened; then whoever comes speaks with the server. */
export class Relay {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(
    private readonly port: number,
    /** `HOST:PORT` of the server. */
    private readonly target: string,
  ) {}

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  async open(): Promise<void> {
    const [host, port] = this.target.split(':');
    this.#server = createServer((caller) => {
      const server = connect(Number(port), host);
      for (const socket of [caller, server]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket));
      }
      caller.pipe(server).pipe(caller);
    }).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  close(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
