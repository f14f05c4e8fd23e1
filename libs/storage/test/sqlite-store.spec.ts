import { DependencyUnavailable } from '#libs/kernel';
import { SqliteStore } from '../src/sqlite-store.ts';
import { isUniqueClash } from '../src/storage-failure.ts';

function open(): SqliteStore {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate([{ id: 'test-001', sql: 'CREATE TABLE things (id TEXT PRIMARY KEY)' }]);
  return store;
}

describe('the embedded store', () => {
  it('undoes only the write that failed among those of one tick', async () => {
    const store = open();
    const insert = (id: string) => store.write(() => store.sql('INSERT INTO things (id) VALUES (?)').run(id));

    const results = await Promise.allSettled([insert('a'), insert('a'), insert('b')]);

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(isUniqueClash((results[1] as PromiseRejectedResult).reason)).toBe(true);
    expect(store.sql('SELECT id FROM things ORDER BY id').all()).toEqual([
      expect.objectContaining({ id: 'a' }),
      expect.objectContaining({ id: 'b' }),
    ]);
  });

  it('keeps what a body wrote before it threw out of the file', async () => {
    const store = open();

    await expect(
      store.write(() => {
        store.sql('INSERT INTO things (id) VALUES (?)').run('half');
        throw new Error('second thoughts');
      }),
    ).rejects.toThrow('second thoughts');

    expect(store.sql('SELECT count(*) AS n FROM things').get()).toEqual(expect.objectContaining({ n: 0 }));
  });

  it('runs each migration once', () => {
    const store = open();

    expect(() => {
      store.migrate([{ id: 'test-001', sql: 'CREATE TABLE things (id TEXT PRIMARY KEY)' }]);
    }).not.toThrow();
  });
});

describe('the embedded store on a full disk', () => {
  const note = (store: SqliteStore, id: string, size: number) =>
    store.write(() => store.sql('INSERT INTO things (id, body) VALUES (?, ?)').run(id, 'x'.repeat(size)));
  const ids = (store: SqliteStore) =>
    store
      .sql('SELECT id FROM things ORDER BY id')
      .all()
      .map((row) => row['id']);

  function openFull(): SqliteStore {
    const store = new SqliteStore({ file: ':memory:' });
    store.migrate([{ id: 'test-001', sql: 'CREATE TABLE things (id TEXT PRIMARY KEY, body TEXT)' }]);
    store.sql('PRAGMA max_page_count = 20').get();
    return store;
  }

  it('refuses what finds no room as the fault of the world, and keeps what it answered for', async () => {
    const store = openFull();
    await note(store, 'a', 10);

    const results = await Promise.allSettled([note(store, 'b', 10), note(store, 'large', 1_000_000), note(store, 'c', 10)]);

    const kept = ['a', 'b', 'large', 'c'].filter((_, index) => index === 0 || results[index - 1]?.status === 'fulfilled');
    expect(results[1]).toMatchObject({ status: 'rejected', reason: expect.any(DependencyUnavailable) as unknown });
    expect(ids(store)).toEqual(kept.toSorted());
  });

  it('goes on as soon as there is room', async () => {
    const store = openFull();
    await expect(note(store, 'large', 1_000_000)).rejects.toThrow(DependencyUnavailable);

    store.sql('PRAGMA max_page_count = 1000').get();
    await note(store, 'large', 1_000_000);

    expect(ids(store)).toEqual(['large']);
  });
});
