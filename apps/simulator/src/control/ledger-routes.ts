import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Devices } from '../devices/devices.ts';
import type { Ledger, LedgerFilter } from '../ledger/ledger.ts';
import { SIMULATED_PROVIDERS } from '../simulated-provider.ts';
import { tokenKey } from '../traits/traits.ts';
import { parseOr400 } from './problem.ts';

const filter = z.strictObject({
  provider: z.enum(SIMULATED_PROVIDERS).optional(),
  token: z.string().min(1).max(4096).optional(),
  installation: z.string().min(1).max(128).optional(),
  send: z.string().min(1).max(128).optional(),
});

/** `GET` and `DELETE /ledger`, `GET /ledger/summary`. */
export function ledgerRoutes(server: FastifyInstance, ledger: Ledger, devices: Devices): void {
  server.get('/ledger', async ({ query }, reply) => {
    const wanted = parseOr400(filter, query);
    const token = wanted.token === undefined ? undefined : recorded(wanted.provider, wanted.token);
    await reply.type('application/json').send(Readable.from(jsonArray(ledger, { ...wanted, token })));
  });
  server.get('/ledger/summary', async () => ledger.counts());
  server.delete('/ledger', async (_request, reply) => {
    ledger.clear();
    devices.clear();
    await reply.code(204).send();
  });
}

/** A token as it is recorded; without a provider, as the one records it that would change it. */
function recorded(provider: LedgerFilter['provider'], token: string): string {
  const keys = (provider ? [provider] : SIMULATED_PROVIDERS).map((name) => tokenKey(name, token));
  return keys.find((key) => key !== token) ?? token;
}

async function* jsonArray(ledger: Ledger, wanted: LedgerFilter): AsyncGenerator<string> {
  let separator = '[';
  for (const records of ledger.select(wanted)) {
    if (records.length > 0) {
      yield separator + records.join(',\n');
      separator = ',\n';
    }
    await nextTurn(); // the providers are served in between
  }
  yield separator === '[' ? '[]' : ']';
}
