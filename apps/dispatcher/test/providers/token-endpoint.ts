import { FixedClock } from '#libs/testing';
import { clientCredentialsExchange } from '../../src/providers/oauth-exchange.ts';
import type { Outcome } from '../../src/providers/outcome.ts';
import { ScriptedServer } from '../transport/http2-scripted-server.ts';

const clock = new FixedClock('2026-01-01T00:00:00Z');

/** What an account comes to whose token endpoint answers this. */
export async function outcomeOfTokenEndpoint(status: number, body: string): Promise<Outcome> {
  const server = await ScriptedServer.start();
  server.script = (request) => {
    request.answer(status, {}, body);
  };
  try {
    const endpoint = { url: `https://127.0.0.1:${server.port}/token`, ca: server.destination().ca };
    return await outcomeOfExchange(endpoint);
  } finally {
    await server.stop();
  }
}

/** Where nobody listens. */
export function outcomeOfNoTokenEndpoint(): Promise<Outcome> {
  return outcomeOfExchange({ url: 'https://127.0.0.1:9/token', ca: undefined });
}

async function outcomeOfExchange(endpoint: { url: string; ca: string | undefined }): Promise<Outcome> {
  const had = await clientCredentialsExchange(endpoint, { client_id: 'id', client_secret: 'secret' }, clock)();
  if (!('kind' in had)) throw new Error('The endpoint gave a token');
  const { kind } = had;
  // How far apart the clocks are is another matter.
  return kind === 'credentials_bad' ? { kind, reason: had.reason, refreshable: had.refreshable } : had;
}

export const refusedByEndpoint = (reason: string): Outcome => ({ kind: 'credentials_bad', reason, refreshable: false });
