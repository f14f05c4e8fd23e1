import { GroupPositions, Outbox, messagingCollections } from '#libs/messaging';
import { mongoRegistry, personalRecordsIn, registryCollections } from '#libs/registry';
import {
  AttemptReader,
  MongoAttemptReader,
  MongoPageReader,
  MongoConversionReader,
  MongoReceiptReader,
  MongoResultReader,
  MongoSendReader,
  PageReader,
  ConversionReader,
  ReceiptReader,
  ResultReader,
  SendReader,
  attemptCollections,
  conversionCollections,
  receiptCollections,
  resultCollections,
  sendsCollections,
} from '#libs/sends';
import { MongoReceiptRepository, ReceiptRepository } from '#libs/sends/receipt/writing';
import { ConversionRepository, MongoConversionRepository } from '#libs/sends/conversion/writing';
import { MongoResultRepository, ResultRepository } from '#libs/sends/result/writing';
import { MongoStore } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { MongoStatisticsStore, statHourCollection, statMarkCollection, statPartCollection } from './statistics/mongo-statistics-store.ts';
import { StatisticsStore } from './statistics/statistics.store.ts';
import { ActivityLog } from './activity/activity-log.ts';
import { MongoActivityLog, activityCollection, activityStartCollection } from './activity/mongo-activity-log.ts';
import { HourlyFileStore } from './hourly-files/hourly-file.store.ts';
import { MongoHourlyFileStore, hourlyFileCollection } from './hourly-files/mongo-hourly-file-store.ts';
import { MongoWebhookStore, deliveryCollection, webhookCollection } from './webhooks/mongo-webhook-store.ts';
import { WebhookStore } from './webhooks/webhook.store.ts';

export const mongoCollections = [
  ...registryCollections,
  ...sendsCollections,
  ...attemptCollections,
  ...resultCollections,
  ...conversionCollections,
  ...receiptCollections,
  activityCollection,
  activityStartCollection,
  hourlyFileCollection,
  webhookCollection,
  deliveryCollection,
  statMarkCollection,
  statPartCollection,
  statHourCollection,
];

/** Every port of this service on MongoDB. */
export const mongoAdapters: readonly FactoryProvider[] = [
  ...mongoRegistry,
  personalRecordsIn([...mongoCollections, ...messagingCollections]),
  provideAs(SendReader, MongoSendReader, MongoStore),
  provideAs(PageReader, MongoPageReader, MongoStore),
  provideAs(AttemptReader, MongoAttemptReader, MongoStore),
  provideAs(ResultReader, MongoResultReader, MongoStore),
  provideAs(ResultRepository, MongoResultRepository, MongoStore, Outbox),
  provideAs(ReceiptReader, MongoReceiptReader, MongoStore),
  provideAs(ConversionReader, MongoConversionReader, MongoStore),
  provideAs(ConversionRepository, MongoConversionRepository, MongoStore),
  provideAs(ReceiptRepository, MongoReceiptRepository, MongoStore, Outbox),
  provideAs(ActivityLog, MongoActivityLog, MongoStore, GroupPositions),
  provideAs(HourlyFileStore, MongoHourlyFileStore, MongoStore),
  provideAs(WebhookStore, MongoWebhookStore, MongoStore),
  provideAs(StatisticsStore, MongoStatisticsStore, MongoStore),
];
