import { SqliteStore } from '#libs/storage';
import { hourlyFileStoreContract } from '../../src/hourly-files/hourly-file.contract.ts';
import { SqliteHourlyFileStore, hourlyFileMigrations } from '../../src/hourly-files/sqlite-hourly-file-store.ts';

hourlyFileStoreContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(hourlyFileMigrations);
  return new SqliteHourlyFileStore(store);
});
