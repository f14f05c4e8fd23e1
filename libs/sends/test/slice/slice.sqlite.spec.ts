import { openStore } from '../opened-store.ts';
import { sliceRepositoryContract } from '../../src/slice/slice.contract.ts';
import { SqliteSliceRepository } from '../../src/slice/slice.sqlite.ts';

sliceRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { slices: new SqliteSliceRepository(store, log), published };
});
