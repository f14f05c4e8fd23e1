import { SqliteStore } from './sqlite-store.ts';
import { isUniqueClash } from './storage-failure.ts';

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
