import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { PlatformSettings } from '../platform-settings.ts';
import { PortUnusable } from '../start-errors.ts';

/** Answers probes while a process waits for its servers: it lives, it is not ready, and this is what it waits for. */
export class StartingProbes {
  readonly #troubles = new Map<string, string>();

  private constructor(private readonly server: Server) {}

  /** On the port that will answer probes later. Throws PortUnusable. */
  static async listen({ HOST, PORT, OPS_PORT }: PlatformSettings): Promise<StartingProbes> {
    const server = createServer();
    const probes = new StartingProbes(server);
    server.on('request', ({ url = '' }, response) => {
      const isLiveness = url.startsWith('/healthz');
      response.writeHead(isLiveness ? 200 : 503, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(isLiveness ? { status: 'ok' } : probes.report()));
    });
    const [setting, port] = OPS_PORT === undefined ? (['PORT', PORT] as const) : (['OPS_PORT', OPS_PORT] as const);
    try {
      server.listen(port, HOST);
      await once(server, 'listening');
    } catch (error) {
      throw PortUnusable.from(error, setting, HOST, port);
    }
    return probes;
  }

  trouble(server: string, reason: string | undefined): void {
    if (reason === undefined) this.#troubles.delete(server);
    else this.#troubles.set(server, reason);
  }

  report(): object {
    const dependencies = Object.fromEntries([...this.#troubles].map(([server, reason]) => [server, { up: false, reason }]));
    return { status: 'starting', dependencies };
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
