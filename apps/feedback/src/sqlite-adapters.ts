import { SqliteEventLog } from '#libs/messaging';
import { registryMigrations, sqliteRegistry } from '#libs/registry';
import {
  AttemptReader,
  PageReader,
  ConversionReader,
  ReceiptReader,
  ResultReader,
  SendReader,
  SqliteAttemptReader,
  SqlitePageReader,
  SqliteConversionReader,
  SqliteReceiptReader,
  SqliteResultReader,
  SqliteSendReader,
  attemptMigrations,
  conversionMigrations,
  receiptMigrations,
  resultMigrations,
  sendsMigrations,
} from '#libs/sends';
import { ReceiptRepository, SqliteReceiptRepository } from '#libs/sends/receipt/writing';
import { ConversionRepository, SqliteConversionRepository } from '#libs/sends/conversion/writing';
import { ResultRepository, SqliteResultRepository } from '#libs/sends/result/writing';
import { SqliteStore, tablesOf } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { SqliteStatisticsStore, statisticsMigrations } from './statistics/sqlite-statistics-store.ts';
import { StatisticsStore } from './statistics/statistics.store.ts';
import { ActivityLog } from './activity/activity-log.ts';
import { SqliteActivityLog } from './activity/sqlite-activity-log.ts';
import { HourlyFileStore } from './hourly-files/hourly-file.store.ts';
import { SqliteHourlyFileStore, hourlyFileMigrations } from './hourly-files/sqlite-hourly-file-store.ts';
import { SqliteWebhookStore, webhookMigrations } from './webhooks/sqlite-webhook-store.ts';
import { WebhookStore } from './webhooks/webhook.store.ts';

/** Every port of this service on the embedded store, once the tables are there. */
export const sqliteAdapters: readonly FactoryProvider[] = [
  tablesOf('feedback', [
    ...registryMigrations,
    ...sendsMigrations,
    ...attemptMigrations,
    ...resultMigrations,
    ...conversionMigrations,
    ...receiptMigrations,
    ...webhookMigrations,
    ...statisticsMigrations,
    ...hourlyFileMigrations,
  ]),
  ...sqliteRegistry,
  provideAs(SendReader, SqliteSendReader, SqliteStore),
  provideAs(PageReader, SqlitePageReader, SqliteStore),
  provideAs(AttemptReader, SqliteAttemptReader, SqliteStore),
  provideAs(ResultReader, SqliteResultReader, SqliteStore),
  provideAs(ResultRepository, SqliteResultRepository, SqliteStore, SqliteEventLog),
  provideAs(ReceiptReader, SqliteReceiptReader, SqliteStore),
  provideAs(ConversionReader, SqliteConversionReader, SqliteStore),
  provideAs(ConversionRepository, SqliteConversionRepository, SqliteStore),
  provideAs(ReceiptRepository, SqliteReceiptRepository, SqliteStore, SqliteEventLog),
  provideAs(ActivityLog, SqliteActivityLog, SqliteStore, SqliteEventLog),
  provideAs(HourlyFileStore, SqliteHourlyFileStore, SqliteStore),
  provideAs(WebhookStore, SqliteWebhookStore, SqliteStore),
  provideAs(StatisticsStore, SqliteStatisticsStore, SqliteStore),
];
