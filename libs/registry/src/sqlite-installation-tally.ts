import type { ProviderName } from '#libs/kernel';
import type { SqliteStore } from '#libs/storage';
import type { InstallationTally } from './installation.repository.ts';

const nonEmpty = 'SELECT app, provider, has_token, installations FROM installation_tallies WHERE installations > 0';
const sumOfApp = 'SELECT sum(installations) AS n FROM installation_tallies WHERE app = ?';

/** Counts of all apps, as triggers keep them beside the installations. */
export function tallyInstallations(store: SqliteStore): readonly InstallationTally[] {
  return store
    .sql(nonEmpty)
    .all()
    .map((row) => ({
      app: row['app'] as string,
      provider: row['provider'] as ProviderName,
      withToken: row['has_token'] === 1,
      installations: row['installations'] as number,
    }));
}

export function countInstallations(store: SqliteStore, app: string): number {
  return Number(store.sql(sumOfApp).get(app)?.['n'] ?? 0);
}
