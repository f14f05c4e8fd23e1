import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { simulatedAccounts } from '../../src/accounts/account-file.ts';
import { Accounts } from '../../src/accounts/accounts.ts';
import { accountRoutes } from '../../src/control/account-routes.ts';

const elsewhere = '192.0.2.7';

describe('the simulated accounts', () => {
  let folder: string;
  let accounts: Accounts;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'carillon-accounts-'));
    accounts = new Accounts(await simulatedAccounts(folder));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  const ask = async (method: 'GET' | 'PUT', remoteAddress: string, showsAccounts: boolean): Promise<number> => {
    const server = fastify();
    accountRoutes(server, { accounts, credentials: {}, showsAccounts });
    const { statusCode } = await server.inject({ method, url: '/accounts', remoteAddress, payload: {} });
    await server.close();
    return statusCode;
  };

  it('are shown to callers on this machine', async () => {
    expect(await ask('GET', '127.0.0.1', false)).toBe(200);
    expect(await ask('GET', elsewhere, false)).not.toBe(200);
  });

  it('are shown to callers elsewhere where the simulators serve other machines, and changed from this one only', async () => {
    expect(await ask('GET', elsewhere, true)).toBe(200);
    expect(await ask('PUT', elsewhere, true)).not.toBe(200);
    expect(await ask('PUT', '127.0.0.1', true)).toBe(200);
  });
});
