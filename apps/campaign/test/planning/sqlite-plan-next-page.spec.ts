import { SqlitePageReader } from '#libs/sends';
import { SqlitePageRepository } from '#libs/sends/page/writing';
import { openStore } from '../../src/opened-store.contract.ts';
import { planningContract } from '../../src/planning/plan-next-page.contract.ts';

planningContract('SQLite', 60, async () => {
  const { store, clock, log, published } = openStore();
  return { pages: new SqlitePageRepository(store, log), reader: new SqlitePageReader(store), clock, published };
});
