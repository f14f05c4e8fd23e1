import { openStore } from '../opened-store.contract.ts';
import { sliceRepositoryContract } from './slice.repository.contract.ts';
import { SqliteSliceRepository } from './sqlite-slice.repository.ts';

sliceRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { slices: new SqliteSliceRepository(store, log), published };
});
