import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { receiptRepositoryContract } from '../../src/receipt/receipt.contract.ts';
import { SqliteReceiptReader, SqliteReceiptRepository, receiptMigrations } from '../../src/receipt/receipt.sqlite.ts';

receiptRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(receiptMigrations);
  const receipts = new SqliteReceiptRepository(store, new SqliteEventLog(store, new FixedClock()));
  return { receipts, reader: new SqliteReceiptReader(store) };
});
