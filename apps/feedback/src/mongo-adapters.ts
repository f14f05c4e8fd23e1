import { Outbox } from '#libs/messaging';
import { mongoRegistry, registryCollections } from '#libs/registry';
import {
  AttemptReader,
  MongoAttemptReader,
  MongoPageReader,
  MongoReceiptReader,
  MongoResultReader,
  MongoSendReader,
  PageReader,
  ReceiptReader,
  ResultReader,
  SendReader,
  attemptCollections,
  resultCollections,
  sendsCollections,
} from '#libs/sends';
import { MongoStore } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { MongoReceiptRepository } from './receipts/mongo-receipt.repository.ts';
import { feedbackCollections } from './feedback-collections.ts';
import { ReceiptRepository } from './receipts/receipt.repository.ts';
import { MongoResultRepository } from './results/mongo-result.repository.ts';
import { ResultRepository } from './results/result.repository.ts';

export const mongoCollections = [
  ...registryCollections,
  ...sendsCollections,
  ...attemptCollections,
  ...resultCollections,
  ...feedbackCollections,
];

/** Every port of this service on MongoDB. */
export const mongoAdapters: readonly FactoryProvider[] = [
  ...mongoRegistry,
  provideAs(SendReader, MongoSendReader, MongoStore),
  provideAs(PageReader, MongoPageReader, MongoStore),
  provideAs(AttemptReader, MongoAttemptReader, MongoStore),
  provideAs(ResultReader, MongoResultReader, MongoStore),
  provideAs(ResultRepository, MongoResultRepository, MongoStore, Outbox),
  provideAs(ReceiptReader, MongoReceiptReader, MongoStore),
  provideAs(ReceiptRepository, MongoReceiptRepository, MongoStore, Outbox),
];
