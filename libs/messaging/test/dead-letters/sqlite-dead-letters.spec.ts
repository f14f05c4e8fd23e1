import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { SqliteEventLog } from '../../src/log/sqlite-event-log.ts';
import { topicsNamed } from '../../src/topics.ts';
import { deadLettersContract } from '../../src/dead-letters/dead-letters.contract.ts';
import { SqliteDeadLetters } from '../../src/dead-letters/sqlite-dead-letters.ts';

deadLettersContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  const log = new SqliteEventLog(store, new FixedClock(), topicsNamed(['push.test']));
  return {
    letters: new SqliteDeadLetters(store, log, new FixedClock()),
    records: async (topic) =>
      store
        .sql('SELECT key, value, headers FROM log_records WHERE topic = ? ORDER BY partition, "offset"')
        .all(topic)
        .map(({ key, value, headers }) => ({
          key: String(key),
          value: String(value),
          headers: JSON.parse(String(headers)) as Record<string, string>,
        })),
  };
});
