import type { ProviderName } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import { setImmediate as otherWork } from 'node:timers/promises';
import type { InstallationTally } from './installation.repository.ts';

interface Group {
  readonly app: string;
  readonly provider: string;
  readonly withToken: number;
}

/** Index entries counted before other work gets its turn: well under 20 ms. */
const stepEntries = 20_000;

const live = 'FROM installations INDEXED BY installations_tally WHERE deleted_at IS NULL';
const groupAfter = `SELECT app, provider, has_token ${live} AND (app, provider, has_token) > (?, ?, ?) ORDER BY app, provider, has_token LIMIT 1`;
const entries = `SELECT key ${live} AND app = ? AND provider = ? AND has_token = ? AND key > ? ORDER BY key LIMIT ?`;
const step = `SELECT count(*) AS n, max(key) AS last FROM (${entries})`;

/** Counts over a narrow index, one group after the other; of one app, or of all. */
export async function tallyInstallations(store: SqliteStore, onlyApp?: string): Promise<readonly InstallationTally[]> {
  const tallies: InstallationTally[] = [];
  let group = nextGroup(store, { app: onlyApp ?? '', provider: '', withToken: -1 });
  while (group && (onlyApp === undefined || group.app === onlyApp)) {
    const { app, provider, withToken } = group;
    tallies.push({ app, provider: provider as ProviderName, withToken: withToken === 1, installations: await count(store, group) });
    group = nextGroup(store, group);
  }
  return tallies;
}

function nextGroup(store: SqliteStore, { app, provider, withToken }: Group): Group | undefined {
  const row = store.sql(groupAfter).get(app, provider, withToken);
  return row && { app: String(row['app']), provider: String(row['provider']), withToken: Number(row['has_token']) };
}

async function count(store: SqliteStore, { app, provider, withToken }: Group): Promise<number> {
  let total = 0;
  let after = '';
  for (;;) {
    const row = store.sql(step).get(app, provider, withToken, after, stepEntries);
    const counted = Number(row?.['n']);
    total += counted;
    if (counted < stepEntries) return total;
    after = String(row?.['last']);
    await otherWork();
  }
}
