import { openStore } from '../../src/opened-store.contract.ts';
import { sendRepositoryContract } from '../../src/send/send.repository.contract.ts';
import { SqliteSendRepository } from '../../src/send/sqlite-send.repository.ts';

sendRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { sends: new SqliteSendRepository(store, log), published };
});
