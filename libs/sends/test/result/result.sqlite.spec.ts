import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { resultReaderContract, resultRepositoryContract } from '../../src/result/result.contract.ts';
import { SqliteResultReader, SqliteResultRepository, resultMigrations } from '../../src/result/result.sqlite.ts';

const opened = async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(resultMigrations);
  const results = new SqliteResultRepository(store, new SqliteEventLog(store, new FixedClock()));
  const published = async () =>
    store
      .sql('SELECT value FROM log_records ORDER BY topic, partition, "offset"')
      .all()
      .map((row) => (JSON.parse(String(row['value'])) as { id: string }).id);
  return { results, reader: new SqliteResultReader(store), published };
};

resultRepositoryContract('SQLite', opened);
resultReaderContract('SQLite', opened);
