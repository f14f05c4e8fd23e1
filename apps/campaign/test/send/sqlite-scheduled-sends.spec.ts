import { openStore } from '../../src/opened-store.contract.ts';
import { scheduledSendsContract } from '../../src/send/scheduled-sends.contract.ts';
import { SqliteCancelKeys, SqliteScheduledSends } from '../../src/send/sqlite-scheduled-sends.ts';

scheduledSendsContract('SQLite', async () => {
  const { store } = openStore();
  return { scheduled: new SqliteScheduledSends(store), keys: new SqliteCancelKeys(store) };
});
