import { SqliteStore } from '#libs/storage';
import { sendsMigrations } from '../sends-migrations.ts';
import { sendReaderContract } from './send-reader.contract.ts';
import { insertSend, updateSend } from './send-row.ts';
import { SqliteSendReader } from './sqlite-send-reader.ts';

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
