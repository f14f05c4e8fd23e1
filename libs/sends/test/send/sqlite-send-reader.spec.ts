import { SqliteStore } from '#libs/storage';
import { sendsMigrations } from '../../src/sends-migrations.ts';
import { sendReaderContract } from '../../src/send/send-reader.contract.ts';
import { insertSend, updateSend } from '../../src/send/send-row.ts';
import { SqliteSendReader } from '../../src/send/sqlite-send-reader.ts';

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
