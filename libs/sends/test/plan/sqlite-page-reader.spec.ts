import { SqliteStore } from '#libs/storage';
import { sendsMigrations } from '../../src/sends-migrations.ts';
import { pageReaderContract } from '../../src/plan/page-reader.contract.ts';
import { insertPage } from '../../src/plan/page-row.ts';
import { SqlitePageReader } from '../../src/plan/sqlite-page-reader.ts';

pageReaderContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(sendsMigrations);
  return {
    reader: new SqlitePageReader(store),
    insert: (page) =>
      store.write(() => {
        insertPage(store, page);
      }),
  };
});
