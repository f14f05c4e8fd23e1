import { SqliteStore } from '#libs/storage';
import { openStore } from '../opened-store.ts';
import { sendReaderContract, sendRepositoryContract } from '../../src/send/send.contract.ts';
import { SqliteSendReader, SqliteSendRepository, insertSend, updateSend } from '../../src/send/send.sqlite.ts';
import { sendsMigrations } from '../../src/sends-migrations.ts';

sendReaderContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(sendsMigrations);
  return {
    reader: new SqliteSendReader(store),
    insert: (send) =>
      store.write(() => {
        insertSend(store, send);
      }),
    update: (send) =>
      store.write(() => {
        expect(updateSend(store, send)).toBe(true);
      }),
  };
});

sendRepositoryContract('SQLite', async () => {
  const { store, log, published } = openStore();
  return { sends: new SqliteSendRepository(store, log), published };
});
