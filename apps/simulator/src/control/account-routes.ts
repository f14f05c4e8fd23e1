import { createPublicKey } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Accounts } from '../accounts/accounts.ts';
import type { ProviderTokens } from '../apns/provider-tokens.ts';
import { parseOr400, Problem } from './problem.ts';

const text = z.string().min(1).max(255);
const publicKey = z.string().max(10_000).refine(isPublicKey, 'Not a public key in PEM');
const accountRequest = z.strictObject({
  apns: z
    .array(
      z.strictObject({
        teamId: text,
        keyId: text,
        publicKey,
        environment: z.enum(['production', 'sandbox']).optional(),
        bundleIds: z.array(text).max(400).optional(),
      }),
    )
    .max(100)
    .default([]),
  fcm: z
    .array(z.strictObject({ projectId: text, clientEmail: text, privateKeyId: text, publicKey }))
    .max(100)
    .default([]),
});

/**
 * `GET /accounts` (private halves and all: they open nothing but simulators) and `PUT /accounts`, for callers on this machine;
 * the former for all callers when these simulators serve other machines too.
 */
export function accountRoutes(server: FastifyInstance, accounts: Accounts, tokens: ProviderTokens, showsAccounts: boolean): void {
  server.get('/accounts', async (request) => {
    if (!showsAccounts) requireLoopback(request);
    return accounts.simulated;
  });
  server.put('/accounts', async (request) => {
    requireLoopback(request);
    const { apns, fcm } = parseOr400(accountRequest, request.body);
    for (const key of apns) accounts.addApnsKey(key);
    for (const account of fcm) accounts.addServiceAccount(account);
    tokens.forget();
    return { apns: apns.length, fcm: fcm.length };
  });
}

function requireLoopback({ ip }: FastifyRequest): void {
  if (!/^(?:127\.|::1$|::ffff:127\.)/.test(ip))
    throw new Problem(403, 'loopback_only', 'Accounts are shown to callers on this machine only');
}

function isPublicKey(pem: string): boolean {
  try {
    return createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}
