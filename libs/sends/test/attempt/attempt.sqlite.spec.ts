import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock, anAttempt, startedAt } from '#libs/testing';
import { isFree } from '../../src/attempt/attempt-rules.ts';
import { attemptReaderContract, attemptRepositoryContract } from '../../src/attempt/attempt.contract.ts';
import { SqliteAttemptReader, SqliteAttemptRepository } from '../../src/attempt/attempt.sqlite.ts';

const stores: SqliteStore[] = [];

function opened() {
  const store = new SqliteStore({ file: ':memory:' });
  stores.push(store);
  const log = new SqliteEventLog(store, new FixedClock(startedAt));
  const attempts = new SqliteAttemptRepository(store, log);
  const published = async () =>
    store
      .sql('SELECT value FROM log_records ORDER BY "offset"')
      .all()
      .map((row) => (JSON.parse(String(row['value'])) as { type: string }).type);
  return { attempts, published, reader: new SqliteAttemptReader(store) };
}

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

attemptRepositoryContract('SQLite', async () => opened());
attemptReaderContract('SQLite', async () => opened());

describe('SQLite as an attempt repository of one process', () => {
  it('takes every lease for ended when the process starts', async () => {
    const { attempts } = opened();
    const attempt = anAttempt();
    await attempts.insert(attempt);

    expect(await attempts.expireLeases(startedAt)).toBe(1);

    const [due] = await attempts.findDue(startedAt, 10);
    expect(due && isFree(due, startedAt)).toBe(true);
    expect(due?.revision).toBe(attempt.revision);
  });
});
