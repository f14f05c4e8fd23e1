import { fastify, type FastifyInstance } from 'fastify';
import type { ProviderTokens } from '../apns/provider-tokens.ts';
import { PlatformRefused, PlatformUnknown, PlatformUnreachable, type DeviceRegistration } from '../devices/register-device.ts';
import type { Listeners } from '../listeners.ts';
import { PortTaken } from '../simulator-errors.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { accountRoutes } from './account-routes.ts';
import { admitCallers } from './callers.ts';
import { deviceRoutes } from './device-routes.ts';
import { faultRoutes } from './fault-routes.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { Problem } from './problem.ts';

export interface ControlOptions {
  readonly host: string;
  readonly port: number;
  /** Names that callers may ask for beside those of loopback. */
  readonly hosts: readonly string[];
  readonly listeners: Listeners;
  readonly world: SimulatedWorld;
  readonly registration: DeviceRegistration;
  /** Forgets what it has verified when keys change. */
  readonly tokens: ProviderTokens;
  /** Whether other machines, too, may see the simulated accounts. */
  readonly showsAccounts: boolean;
}

const mostBodyBytes = 8 << 20; // 10,000 faults with the longest usual tokens

/** The HTTP API that tests, benchmarks and the demo steer the simulators with. */
export class ControlServer {
  private constructor(
    private readonly server: FastifyInstance,
    readonly url: string,
  ) {}

  /** Throws PortTaken. */
  static async open(options: ControlOptions): Promise<ControlServer> {
    const { host, port, world } = options;
    const server = fastify({ bodyLimit: mostBodyBytes, forceCloseConnections: true, routerOptions: { maxParamLength: 4096 } });
    let url = '';
    answerProblems(server);
    admitCallers(server, options.hosts);
    server.get('/healthz', async () => ({ status: 'ok' }));
    server.get('/listeners', async () => options.listeners);
    faultRoutes(server, world.faults, world.connectionFaults);
    ledgerRoutes(server, world.ledger, world.devices);
    deviceRoutes(server, world.devices, options.registration, () => url);
    accountRoutes(server, world.accounts, options.tokens, options.showsAccounts);
    url = await server.listen({ host, port }).catch(async (cause: unknown) => {
      await server.close();
      throw new PortTaken('SIMULATOR_CONTROL_PORT', port, { cause });
    });
    return new ControlServer(server, url);
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}

function answerProblems(server: FastifyInstance): void {
  server.setNotFoundHandler(() => {
    throw new Problem(404, 'not_found', 'There is no such call');
  });
  server.setErrorHandler(async (error, _request, reply) => {
    const problem = problemOf(error);
    await reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  });
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof PlatformUnknown || error instanceof PlatformUnreachable) return new Problem(503, error.code, error.message);
  if (error instanceof PlatformRefused) return new Problem(502, error.code, error.message);
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Problem(statusCode, statusCode === 413 ? 'too_large' : 'request_invalid', message ?? 'The request cannot be read');
  }
  return new Problem(500, 'internal_error', 'The simulator failed');
}
