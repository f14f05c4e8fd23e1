import { fastify, type FastifyInstance } from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PlatformRefused, PlatformUnknown, PlatformUnreachable, type DeviceRegistration } from '../devices/register-device.ts';
import { behaviourOf } from '../faults/behaviour.ts';
import type { ConnectionFault, ConnectionFaults } from '../faults/connection-faults.ts';
import type { Faults } from '../faults/faults.ts';
import type { Listeners } from '../listeners.ts';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import type { SimulatedWorld } from '../simulated-world.ts';
import { PortTaken } from '../simulator-errors.ts';
import { TRAITS } from '../traits/traits.ts';
import { accountRoutes } from './account-routes.ts';
import { admitCallers } from './callers.ts';
import { browserRoutes } from './browser-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { recipeRoutes } from './recipe-routes.ts';
import { ERRORS_PAGE, Problem, parseOr400 } from './problem.ts';

const maxFaults = 10_000;

/** One fault. */
const faultRequest = z
  .strictObject({
    provider: z.enum(SIMULATED_PROVIDERS),
    token: z.string().min(1).max(4096).optional(),
    share: z.number().min(0).max(1).optional(),
    behaviour: z.string().max(5000),
    times: z.number().int().min(1).max(1_000_000).optional(),
    afterRequests: z.number().int().min(1).max(1e9).optional(),
    afterMs: z.number().int().min(1).max(86_400_000).optional(),
  })
  .superRefine((value, context) => {
    for (const [path, message] of problemsOf(value)) context.addIssue({ code: 'custom', path: [path], message });
  });

type FaultRequest = z.output<typeof faultRequest>;

/** Up to 10,000 of them in one call. */
const faultRequests = z.array(faultRequest).min(1).max(maxFaults);

export interface ControlOptions {
  readonly host: string;
  readonly port: number;
  /** Names that callers may ask for beside those of loopback. */
  readonly hosts: readonly string[];
  readonly listeners: Listeners;
  readonly world: SimulatedWorld;
  readonly registration: DeviceRegistration;
  /** The simulated accounts as fields of a credential, by provider. */
  readonly credentials: Readonly<Record<string, unknown>>;
  /** Whether other machines, too, may see the simulated accounts. */
  readonly showsAccounts: boolean;
}

const maxBodyBytes = 8 << 20; // 10,000 faults with the longest usual tokens

/** The HTTP API that tests, benchmarks and the demo steer the simulators with. */
export class ControlServer {
  private constructor(
    private readonly server: FastifyInstance,
    readonly url: string,
  ) {}

  /** Throws PortTaken. */
  static async open(options: ControlOptions): Promise<ControlServer> {
    const { host, port, world } = options;
    const server = fastify({ bodyLimit: maxBodyBytes, forceCloseConnections: true, routerOptions: { maxParamLength: 4096 } });
    let url = '';
    answerProblems(server);
    admitCallers(server, [...options.hosts, host]);
    explainErrors(server);
    server.get('/healthz', async () => ({ status: 'ok' }));
    server.get('/listeners', async () => options.listeners);
    faultRoutes(server, world.faults, world.connectionFaults);
    recipeRoutes(server, world.faults);
    ledgerRoutes(server, world.ledger, world.devices);
    deviceRoutes(server, world.devices, options.registration, () => url);
    browserRoutes(server, world.browsers);
    accountRoutes(server, { accounts: world.accounts, credentials: options.credentials, showsAccounts: options.showsAccounts });
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

/** The page that `type` of a problem leads to, as text: each code, when it comes and what to do. */
function explainErrors(server: FastifyInstance): void {
  server.get(ERRORS_PAGE, async (_request, reply) => {
    await reply.type('text/plain; charset=utf-8').send(textOfErrors());
  });
}

/** From `docs/errors.json`, in the root of the repository or of the image, which is above this file compiled or not; empty without it. */
function textOfErrors(): string {
  const file = ['../../../..', '../../../../..']
    .map((up) => join(import.meta.dirname, up, 'docs/errors.json'))
    .find((path) => existsSync(path));
  if (file === undefined) return '';
  const { simulator } = JSON.parse(readFileSync(file, 'utf8')) as { readonly simulator: Record<string, { when: string; do: string }> };
  return Object.entries(simulator).map(([code, text]) => `${code}\n  When ${text.when}\n  Do ${text.do}\n`).join('\n'); // prettier-ignore
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

/** `PUT`, `GET` and `DELETE /faults`. */
function faultRoutes(server: FastifyInstance, faults: Faults, connectionFaults: ConnectionFaults): void {
  server.put('/faults', async ({ body }) => {
    const requests = Array.isArray(body) ? parseOr400(faultRequests, body) : [parseOr400(faultRequest, body)];
    for (const request of requests) put(request);
    return { faults: requests.length };
  });
  server.get('/faults', async () => ({ providers: faults.list(), connections: connectionFaults.list() }));
  server.delete('/faults', async (_request, reply) => {
    faults.clear();
    connectionFaults.clear();
    await reply.code(204).send();
  });

  function put({ provider, behaviour, afterRequests, afterMs, ...selector }: FaultRequest): void {
    if (isOfConnection({ provider, behaviour, afterRequests, afterMs })) {
      connectionFaults.put({ provider, behaviour: behaviour as ConnectionFault['behaviour'], afterRequests, afterMs });
    } else faults.put({ provider, behaviour, ...selector });
  }
}

function isOfConnection({ afterRequests, afterMs }: FaultRequest): boolean {
  return afterRequests !== undefined || afterMs !== undefined;
}

function* problemsOf(request: FaultRequest): Generator<[string, string]> {
  const behaviour = behaviourOf(request.behaviour);
  if (!behaviour) yield ['behaviour', 'No such behaviour; see the README of the simulator'];
  if (behaviour?.kind === 'answer' && !hasAnswer(request.provider, behaviour.name))
    yield ['behaviour', `${request.provider} has no such answer`];
  if (request.token !== undefined && request.share !== undefined) yield ['share', 'Give a token or a share, not both'];
  if (!isOfConnection(request)) return;
  if (behaviour?.kind !== 'goaway' && behaviour?.kind !== 'goaway_error')
    yield ['behaviour', 'afterRequests and afterMs go with goaway and goaway_error'];
  if (request.token !== undefined || request.share !== undefined)
    yield ['token', 'afterRequests and afterMs select a connection, not a token'];
}

function hasAnswer(provider: SimulatedProvider, name: string): boolean {
  return TRAITS[provider].hasAnswer(name);
}
