import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { SIMULATED_PROVIDERS, type SimulatedProvider } from '../simulated-provider.ts';
import { secretFile } from '../tls/secret-file.ts';
import { TRAITS } from '../traits/traits.ts';

/** The one account of each provider that every simulator knows: what `{simulated: true}` stands for. Keys are PEM; `fcm` reads like Google's key file. */
export type SimulatedAccounts = { readonly [P in SimulatedProvider]: z.output<(typeof TRAITS)[P]['accounts']['kept']> };

/**
 * Reads the accounts of a data folder; makes them once (file mode 0600), so that stored credentials stay good over restarts. A file from before a provider
 * was built gets that provider's account.
 */
export async function simulatedAccounts(folder: string): Promise<SimulatedAccounts> {
  const path = join(folder, 'accounts.json');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : await secretFile(path, async () => textOf(await completed({})));
  const known = JSON.parse(text) as Record<string, unknown>;
  const accounts = await completed(known);
  if (SIMULATED_PROVIDERS.some((provider) => !(provider in known))) replace(path, textOf(accounts));
  return accounts;
}

async function completed(known: Readonly<Record<string, unknown>>): Promise<SimulatedAccounts> {
  const each = SIMULATED_PROVIDERS.map(async (provider) => {
    const { kept, make } = TRAITS[provider].accounts;
    return [provider, provider in known ? kept.parse(known[provider]) : await make()];
  });
  return Object.fromEntries(await Promise.all(each)) as SimulatedAccounts;
}

function replace(path: string, text: string): void {
  const next = `${path}.${process.pid}`;
  writeFileSync(next, text, { mode: 0o600 });
  renameSync(next, path);
}

function textOf(accounts: SimulatedAccounts): string {
  return `${JSON.stringify(accounts, null, 2)}\n`;
}
