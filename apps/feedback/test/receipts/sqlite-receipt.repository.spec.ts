import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { receiptRepositoryContract } from '../../src/receipts/receipt.repository.contract.ts';
import { SqliteReceiptRepository, receiptMigrations } from '../../src/receipts/sqlite-receipt.repository.ts';

receiptRepositoryContract('SQLite', async () => {
  const store = new SqliteStore({ file: ':memory:' });
  store.migrate(receiptMigrations);
  return new SqliteReceiptRepository(store, new SqliteEventLog(store, new FixedClock()));
});
