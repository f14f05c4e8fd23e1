import { SqlitePageReader } from '#libs/sends';
import { openStore } from '../opened-store.contract.ts';
import { planningContract } from './plan-next-page.contract.ts';
import { SqlitePageRepository } from './sqlite-page.repository.ts';

planningContract('SQLite', 60, async () => {
  const { store, clock, log, published } = openStore();
  return { pages: new SqlitePageRepository(store, log), reader: new SqlitePageReader(store), clock, published };
});
