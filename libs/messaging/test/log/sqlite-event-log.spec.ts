import type { DomainEvent } from '#libs/events';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import type { LogRecord } from '../../src/consuming/log-record.ts';
import { EventTooLarge, TopicChanged, TopicUnknown } from '../../src/messaging-errors.ts';
import { partitionOf, topicsNamed } from '../../src/topics.ts';
import { messagingMigrations } from '../../src/log/messaging-migrations.ts';
import { SqliteEventLog } from '../../src/log/sqlite-event-log.ts';
import { SqliteLogReader } from '../../src/log/sqlite-log-reader.ts';

const clock = new FixedClock();

function open() {
  const store = new SqliteStore({ file: ':memory:' });
  return { store, log: new SqliteEventLog(store, clock, topicsNamed(['push.test'])) };
}

function anEvent(n: number, key = 'k', topic = 'push.test'): DomainEvent {
  return {
    topic,
    key,
    envelope: { id: `e${n}`, type: 'test.happened.v1', source: 'carillon/test', time: '2026-01-01T00:00:00Z', data: { n } },
  };
}

function stored(store: SqliteStore) {
  return store
    .sql('SELECT "offset" AS o, json_extract(value, \'$.id\') AS id FROM log_records ORDER BY 1')
    .all()
    .map((row) => [row['o'], row['id']]);
}

describe('the embedded log', () => {
  it('numbers the records of a key in the order of their commits', async () => {
    const { store, log } = open();

    await Promise.all([
      store.write(() => {
        log.append([anEvent(1), anEvent(2)]);
      }),
      store.write(() => {
        log.append([anEvent(3)]);
      }),
    ]);

    expect(stored(store)).toEqual([
      [0, 'e1'],
      [1, 'e2'],
      [2, 'e3'],
    ]);
  });

  it('takes no event of a write that was undone, and no offset for it', async () => {
    const { store, log } = open();

    const undone = store.write(() => {
      log.append([anEvent(1)]);
      throw new Error('second thoughts');
    });
    const done = store.write(() => {
      log.append([anEvent(2)]);
    });

    await expect(undone).rejects.toThrow('second thoughts');
    await done;
    expect(stored(store)).toEqual([[0, 'e2']]);
  });

  it('gives an offset again that a later write of the same tick took in vain', async () => {
    const { store, log } = open();
    const append = (n: number, fails = false) =>
      store.write(() => {
        log.append([anEvent(n), anEvent(n + 100, 'another key')]);
        if (fails) throw new Error('second thoughts');
      });
    await append(1);

    await Promise.allSettled([append(2), append(3, true), append(4)]);
    await append(5);

    const rows = store.sql('SELECT partition, "offset" AS o, json_extract(value, \'$.id\') AS id FROM log_records').tuples();
    const of = (key: string) => rows.filter(([partition]) => partition === partitionOf(key, 8)).map(([, offset, id]) => [offset, id]);
    expect(of('k')).toEqual(['e1', 'e2', 'e4', 'e5'].map((id, offset) => [offset, id]));
    expect(of('another key')).toEqual(['e101', 'e102', 'e104', 'e105'].map((id, offset) => [offset, id]));
    expect(log.end('push.test', partitionOf('k', 8))).toBe(4);
  });

  it('goes on in a file whose records lay by partition, with each of them', async () => {
    const store = new SqliteStore({ file: ':memory:' });
    store.migrate(messagingMigrations.slice(0, 3));
    const [where, empty] = [partitionOf('k', 8), partitionOf('another key', 8)];
    for (const offset of [3, 4]) {
      store
        .sql('INSERT INTO log_records VALUES (?, ?, ?, ?, ?, ?, ?)')
        .run('push.test', where, offset, 'k', offset, `{"id":"e${offset}"}`, null);
    }
    store.sql('INSERT INTO log_starts VALUES (?, ?, ?), (?, ?, ?)').run('push.test', where, 3, 'push.test', empty, 7);

    const log = new SqliteEventLog(store, clock, topicsNamed(['push.test']));
    await store.write(() => {
      log.append([anEvent(5), anEvent(6, 'another key')]);
    });

    expect(stored(store)).toEqual([[3, 'e3'], [4, 'e4'], [5, 'e5'], [7, 'e6']]); // prettier-ignore
    expect(
      new SqliteLogReader(store).read('push.test', where, 4, 10).map(({ offset, key, headers }) => [offset, key, Object.keys(headers)]),
    ).toEqual([
      [4, 'k', []],
      [5, 'k', ['content-type']],
    ]);
  });

  it('tells who listens right after the commit', async () => {
    const { store, log } = open();
    const seen: number[] = [];
    log.onAppend((topic, partition) => seen.push(log.end(topic, partition)));

    await store.write(() => {
      log.append([anEvent(1), anEvent(2)]);
    });

    expect(seen).toEqual([2]);
  });

  describe('what it hands to who listens', () => {
    const listening = () => {
      const { store, log } = open();
      const handed: (readonly LogRecord[] | undefined)[] = [];
      log.onAppend((_topic, _partition, appended) => handed.push(appended));
      return { store, log, handed };
    };
    const write = ({ store, log }: ReturnType<typeof open>, ...events: DomainEvent[]) => store.write(() => { log.append(events); }); // prettier-ignore

    it('is what the file says, with the event', async () => {
      const { handed, ...opened } = listening();

      await write(opened, anEvent(1), anEvent(2));

      const [first, second] = handed[0] ?? [];
      const { event, ...read } = first ?? {};
      expect(new SqliteLogReader(opened.store).read('push.test', partitionOf('k', 8), 0, 1)).toEqual([read]);
      expect(event).toEqual(anEvent(1).envelope);
      expect(second?.offset).toBe(1);
    });

    it('is nothing of a partition in which a write was undone, and of many records', async () => {
      const { handed, ...opened } = listening();
      const undone = opened.store.write(() => {
        opened.log.append([anEvent(1)]);
        throw new Error('second thoughts');
      });

      await Promise.allSettled([write(opened, anEvent(2)), undone]);
      await write(opened, ...Array.from({ length: 65 }, (_, n) => anEvent(n)));
      await write(opened, anEvent(3));

      expect(handed.map((records) => records?.map(({ offset }) => offset))).toEqual([undefined, undefined, [66]]);
    });

    it('has no parsed event of a long record', async () => {
      const { handed, ...opened } = listening();
      const long = { ...anEvent(1), envelope: { ...anEvent(1).envelope, data: 'x'.repeat(20_000) } };

      await write(opened, long);

      expect(handed[0]?.[0]?.event).toBeUndefined();
    });
  });

  it('refuses what no topic takes', async () => {
    const { store, log } = open();
    const append = (event: DomainEvent) =>
      store.write(() => {
        log.append([event]);
      });

    await expect(append(anEvent(1, 'k', 'push.nowhere'))).rejects.toThrow(TopicUnknown);
    await expect(append({ ...anEvent(1), envelope: { ...anEvent(1).envelope, data: 'x'.repeat(1_100_000) } })).rejects.toThrow(
      EventTooLarge,
    );
  });

  it('refuses to start when a topic has another number of partitions', () => {
    const { store } = open();

    expect(() => new SqliteEventLog(store, clock, [{ name: 'push.test', partitions: 3, retentionMs: 1 }])).toThrow(TopicChanged);
  });
});
