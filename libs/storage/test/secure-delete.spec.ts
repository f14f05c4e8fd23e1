import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteStore } from '../src/sqlite-store.ts';

describe('what was deleted from the embedded store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-secure-delete-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is in no free page of the file any more', async () => {
    const store = new SqliteStore({ file: join(folder, 'carillon.db') });
    store.migrate([{ id: 'test-001', sql: 'CREATE TABLE phones (id INTEGER PRIMARY KEY, token TEXT)' }]);
    await store.write(() => {
      for (let id = 0; id < 2_000; id += 1)
        store.sql('INSERT INTO phones VALUES (?, ?)').run(id, `a-secret-token-${id}-${'x'.repeat(500)}`);
    });

    await store.write(() => store.sql('UPDATE phones SET token = ?').run('new'));
    await store.write(() => store.sql('DELETE FROM phones WHERE id > 10').run());
    store.close();

    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'latin1')).not.toContain('a-secret-token');
  });
});
