import { SqliteStore } from '#libs/storage';
import { SqliteStatisticsStore, statisticsMigrations } from '../../src/statistics/sqlite-statistics-store.ts';
import { statisticsStoreContract } from '../../src/statistics/statistics.contract.ts';

statisticsStoreContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(statisticsMigrations);
  return new SqliteStatisticsStore(store);
});
