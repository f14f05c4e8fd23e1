import { SqliteEventLog } from '#libs/messaging';
import { SqliteReceiptReader, receiptMigrations } from '#libs/sends';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { receiptRepositoryContract } from '../../src/receipts/receipt.repository.contract.ts';
import { SqliteReceiptRepository } from '../../src/receipts/sqlite-receipt.repository.ts';

receiptRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(receiptMigrations);
  const receipts = new SqliteReceiptRepository(store, new SqliteEventLog(store, new FixedClock()));
  return { receipts, reader: new SqliteReceiptReader(store) };
});
