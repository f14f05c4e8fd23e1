import { eventually } from '#libs/testing';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxLogPages } from '../src/checkpoints.ts';
import { SqliteStore } from '../src/sqlite-store.ts';

const pageBytes = 4_096;
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-checkpoints-'));
  file = join(folder, 'some.db');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(): SqliteStore {
  const store = new SqliteStore({ file });
  store.migrate([{ id: 'test-001', sql: 'CREATE TABLE things (id INTEGER PRIMARY KEY, body BLOB)' }]);
  return store;
}

/** Each thing takes a page or a little more. */
async function writeThings(store: SqliteStore, count: number): Promise<void> {
  const atOnce = 256;
  for (let written = 0; written < count; written += atOnce) {
    await store.write(() => {
      for (let one = 0; one < atOnce; one += 1) store.sql('INSERT INTO things (body) VALUES (zeroblob(4000))').run();
    });
  }
}

/** Pages in the log, and how many of them stand in the file too. */
function logOf(store: SqliteStore): { log: number; copied: number } {
  const row = store.sql('PRAGMA wal_checkpoint(NOOP)').get();
  return { log: Number(row?.['log']), copied: Number(row?.['checkpointed']) };
}

describe('the log of the data file', () => {
  it('is copied into the file while nobody waits for it, and begins anew', async () => {
    const store = open();
    await writeThings(store, 10_000);

    await eventually(
      async () => logOf(store),
      ({ log, copied }) => log === copied,
    );
    await writeThings(store, 256);

    expect(logOf(store).log).toBeLessThan(2_000);
    store.close();
  });

  it('stays small however much is written', async () => {
    const store = open();

    await writeThings(store, 3 * maxLogPages);

    expect(statSync(`${file}-wal`).size).toBeLessThan(1.2 * maxLogPages * pageBytes);
    store.close();
  });

  it('may be closed in the middle of a copy: nothing is lost', async () => {
    const store = open();
    await writeThings(store, 9_000);
    store.close();

    const again = open();
    expect(again.sql('SELECT count(*) AS n FROM things').get()?.['n']).toBeGreaterThanOrEqual(9_000);
    await writeThings(again, 256);
    again.close();
  });
});
