import { SystemClock, SystemRandom } from '#libs/kernel';
import { SqliteStore } from '#libs/storage';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_TOPIC } from '../consuming/test-events.ts';
import { transportContract } from '../../src/consuming/transport.contract.ts';
import { SqliteDeadLetters } from '../../src/dead-letters/sqlite-dead-letters.ts';
import { topicsNamed } from '../../src/topics.ts';
import { SqliteEventLog } from '../../src/log/sqlite-event-log.ts';
import { SqliteEventPublisher } from '../../src/log/sqlite-event-publisher.ts';
import { SqliteEventTransport } from '../../src/log/sqlite-event-transport.ts';
import { SqliteGroupPositions } from '../../src/log/sqlite-group-positions.ts';

const silent = { warn: () => undefined, error: () => undefined };
const folder = mkdtempSync(join(tmpdir(), 'carillon-log-'));
let files = 0;

afterAll(() => {
  rmSync(folder, { recursive: true });
});

transportContract('SQLite', async () => {
  files += 1;
  const file = join(folder, `${files}.db`);
  return {
    start: async (settings = {}) => {
      const store = new SqliteStore({ file });
      const clock = new SystemClock();
      const log = new SqliteEventLog(store, clock, topicsNamed([TEST_TOPIC]));
      const letters = new SqliteDeadLetters(store, log, new SystemClock());
      const transport = new SqliteEventTransport(store, log, letters, clock, new SystemRandom(), { settings, log: silent });
      return {
        publisher: new SqliteEventPublisher(store, log),
        transport,
        letters,
        positions: new SqliteGroupPositions(store, log),
        partitions: log.topicNamed(TEST_TOPIC).partitions,
        publishText: (key, value) =>
          store.write(() => {
            log.appendRecords([{ topic: TEST_TOPIC, key, value }]);
          }),
        end: async (how) => {
          if (how === 'kill') store.close(); // nothing that is not in the file gets there after this
          await transport.close();
          if (how === 'drain') store.close();
        },
      };
    },
  };
});
