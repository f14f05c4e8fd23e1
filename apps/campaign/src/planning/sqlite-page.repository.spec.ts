import { openStore } from '../opened-store.contract.ts';
import { pageRepositoryContract } from './page.repository.contract.ts';
import { SqlitePageRepository } from './sqlite-page.repository.ts';

pageRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { pages: new SqlitePageRepository(store, log), published };
});
