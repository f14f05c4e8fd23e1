import { openStore } from '../../src/opened-store.contract.ts';
import { pageRepositoryContract } from '../../src/planning/page.repository.contract.ts';
import { SqlitePageRepository } from '../../src/planning/sqlite-page.repository.ts';

pageRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { pages: new SqlitePageRepository(store, log), published };
});
