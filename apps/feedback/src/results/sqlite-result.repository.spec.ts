import { SqliteEventLog } from '#libs/messaging';
import { resultMigrations } from '#libs/sends';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { resultRepositoryContract } from './result.repository.contract.ts';
import { SqliteResultRepository } from './sqlite-result.repository.ts';

resultRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(resultMigrations);
  const results = new SqliteResultRepository(store, new SqliteEventLog(store, new FixedClock()));
  const published = () =>
    store
      .sql('SELECT value FROM log_records ORDER BY topic, partition, "offset"')
      .all()
      .map((row) => (JSON.parse(String(row['value'])) as { id: string }).id);
  return { results, published };
});
