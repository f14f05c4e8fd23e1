import { openStore } from '../opened-store.contract.ts';
import { sendRepositoryContract } from './send.repository.contract.ts';
import { SqliteSendRepository } from './sqlite-send.repository.ts';

sendRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { sends: new SqliteSendRepository(store, log), published };
});
