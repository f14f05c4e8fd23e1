import { SqliteStore } from '#libs/storage';
import { sendsMigrations } from '../sends-migrations.ts';
import { pageReaderContract } from './page-reader.contract.ts';
import { insertPage } from './page-row.ts';
import { SqlitePageReader } from './sqlite-page-reader.ts';

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
