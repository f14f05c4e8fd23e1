import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Accounts, AskedAccount } from '../accounts/accounts.ts';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import { TRAITS } from '../traits/traits.ts';
import { parseOr400, Problem } from './problem.ts';

const lists = SIMULATED_PROVIDERS.map((provider) => [provider, z.array(TRAITS[provider].accounts.asked).max(100).default([])] as const);
const accountRequest = z.strictObject(Object.fromEntries(lists)) as unknown as z.ZodType<{
  readonly [P in SimulatedProvider]: readonly AskedAccount<P>[];
}>;

export interface ShownAccounts {
  readonly accounts: Accounts;
  /** The simulated accounts as fields of a credential, by provider. */
  readonly credentials: Readonly<Record<string, unknown>>;
  /** Whether other machines, too, may see them. */
  readonly showsAccounts: boolean;
}

/**
 * `GET /accounts` (private halves and all: they open nothing but simulators), `GET /credentials` (the same as `PUT …/credentials` of the platform takes them)
 * and `PUT /accounts`, for callers on this machine; the former two for all callers when these simulators serve other machines too.
 */
export function accountRoutes(server: FastifyInstance, { accounts, credentials, showsAccounts }: ShownAccounts): void {
  server.get('/accounts', async (request) => {
    if (!showsAccounts) requireLoopback(request);
    return accounts.simulated;
  });
  server.get('/credentials', async (request) => {
    if (!showsAccounts) requireLoopback(request);
    return credentials;
  });
  server.put('/accounts', async (request) => {
    requireLoopback(request);
    const asked = parseOr400(accountRequest, request.body);
    for (const provider of SIMULATED_PROVIDERS) for (const account of asked[provider]) accounts.add(provider, account);
    return Object.fromEntries(SIMULATED_PROVIDERS.map((provider) => [provider, asked[provider].length]));
  });
}

function requireLoopback({ ip }: FastifyRequest): void {
  if (!/^(?:127\.|::1$|::ffff:127\.)/.test(ip))
    throw new Problem(403, 'loopback_only', 'Accounts are shown to callers on this machine only');
}
