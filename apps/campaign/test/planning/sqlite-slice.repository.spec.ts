import { openStore } from '../../src/opened-store.contract.ts';
import { sliceRepositoryContract } from '../../src/planning/slice.repository.contract.ts';
import { SqliteSliceRepository } from '../../src/planning/sqlite-slice.repository.ts';

sliceRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { slices: new SqliteSliceRepository(store, log), published };
});
