import { SqliteEventLog } from '#libs/messaging';
import { registryMigrations, sqliteRegistry } from '#libs/registry';
import {
  AttemptReader,
  PageReader,
  ResultReader,
  SendReader,
  SqliteAttemptReader,
  SqlitePageReader,
  SqliteResultReader,
  SqliteSendReader,
  ReceiptReader,
  SqliteReceiptReader,
  attemptMigrations,
  receiptMigrations,
  resultMigrations,
  sendsMigrations,
} from '#libs/sends';
import { SqliteStore, tablesOf } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { ReceiptRepository } from './receipts/receipt.repository.ts';
import { SqliteReceiptRepository } from './receipts/sqlite-receipt.repository.ts';
import { ResultRepository } from './results/result.repository.ts';
import { SqliteResultRepository } from './results/sqlite-result.repository.ts';

/** Every port of this service on the embedded store, once the tables are there. */
export const sqliteAdapters: readonly FactoryProvider[] = [
  tablesOf('feedback', [...registryMigrations, ...sendsMigrations, ...attemptMigrations, ...resultMigrations, ...receiptMigrations]),
  ...sqliteRegistry,
  provideAs(SendReader, SqliteSendReader, SqliteStore),
  provideAs(PageReader, SqlitePageReader, SqliteStore),
  provideAs(AttemptReader, SqliteAttemptReader, SqliteStore),
  provideAs(ResultReader, SqliteResultReader, SqliteStore),
  provideAs(ResultRepository, SqliteResultRepository, SqliteStore, SqliteEventLog),
  provideAs(ReceiptReader, SqliteReceiptReader, SqliteStore),
  provideAs(ReceiptRepository, SqliteReceiptRepository, SqliteStore, SqliteEventLog),
];
