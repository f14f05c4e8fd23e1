import { openStore } from '../../src/opened-store.contract.ts';
import { sendRepositoryContract } from '../../src/sends/send.repository.contract.ts';
import { SqliteSendRepository } from '../../src/sends/sqlite-send.repository.ts';

sendRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { sends: new SqliteSendRepository(store, log), published };
});
