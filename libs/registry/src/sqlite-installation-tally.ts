import { PROVIDERS, type ProviderName } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { InstallationTally } from './installation.repository.ts';

/** Index entries counted before other work gets its turn: well under 20 ms. */
const stepEntries = 20_000;

const live = 'FROM installations INDEXED BY installations_tally WHERE deleted_at IS NULL';
const nextApp = `SELECT min(app) AS app ${live} AND app > ?`;
const entries = `SELECT key ${live} AND app = ? AND provider = ? AND has_token = ? AND key > ? ORDER BY key LIMIT ?`;
const step = `SELECT count(*) AS n, max(key) AS last FROM (${entries})`;

/** Counts of all apps, over a narrow index, one group after the other. */
export async function tallyInstallations(store: SqliteStore): Promise<readonly InstallationTally[]> {
  const tallies: InstallationTally[] = [];
  for (let app = appAfter(store, ''); app !== null; app = appAfter(store, app)) tallies.push(...(await tallyOfApp(store, app)));
  return tallies;
}

export async function tallyOfApp(store: SqliteStore, app: string): Promise<readonly InstallationTally[]> {
  const tallies: InstallationTally[] = [];
  for (const provider of PROVIDERS) {
    for (const withToken of [true, false]) {
      const installations = await count(store, app, provider, withToken);
      if (installations > 0) tallies.push({ app, provider, withToken, installations });
    }
  }
  return tallies;
}

function appAfter(store: SqliteStore, app: string): string | null {
  return (store.sql(nextApp).get(app)?.['app'] ?? null) as string | null;
}

async function count(store: SqliteStore, app: string, provider: ProviderName, withToken: boolean): Promise<number> {
  let total = 0;
  let after = '';
  for (;;) {
    const row = store.sql(step).get(app, provider, withToken ? 1 : 0, after, stepEntries);
    const counted = Number(row?.['n']);
    total += counted;
    if (counted < stepEntries) return total;
    after = String(row?.['last']);
    await otherWork();
  }
}
