import { SqliteEventLog } from '#libs/messaging';
import { SqliteResultReader, resultMigrations } from '#libs/sends';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { resultReaderContract } from '../../src/results/result-reader.contract.ts';
import { resultRepositoryContract } from '../../src/results/result.repository.contract.ts';
import { SqliteResultRepository } from '../../src/results/sqlite-result.repository.ts';

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
