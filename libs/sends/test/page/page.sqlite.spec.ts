import { SqliteStore } from '#libs/storage';
import { openStore } from '../opened-store.ts';
import { pageReaderContract, pageRepositoryContract } from '../../src/page/page.contract.ts';
import { SqlitePageReader, SqlitePageRepository, insertPage } from '../../src/page/page.sqlite.ts';
import { sendsMigrations } from '../../src/sends-migrations.ts';

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

pageRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { pages: new SqlitePageRepository(store, log), published };
});
