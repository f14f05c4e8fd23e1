import { Clock } from '#libs/kernel';
import { EventPublisher, Outbox } from '#libs/messaging';
import { mongoRegistry, registryCollections } from '#libs/registry';
import {
  AttemptReader,
  MongoAttemptReader,
  MongoPageReader,
  MongoProviderStateReader,
  MongoReceiptReader,
  MongoResultReader,
  PageReader,
  ProviderStateReader,
  ReceiptReader,
  ResultReader,
  attemptCollections,
  providerStateCollections,
  receiptCollections,
  resultCollections,
  sendsCollections,
} from '#libs/sends';
import { MongoPageRepository, PageRepository } from '#libs/sends/page/writing';
import { MongoSendRepository, SendRepository } from '#libs/sends/send/writing';
import { MongoSliceRepository, SliceRepository } from '#libs/sends/slice/writing';
import { MongoStore } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { campaignCollections } from './campaigns/campaign-collections.ts';
import { CampaignRepository } from './campaigns/campaign.repository.ts';
import { MongoCampaignRepository } from './campaigns/mongo-campaign.repository.ts';
import { MongoCancelKeys, MongoScheduledSends, scheduledSendCollections } from './send/mongo-scheduled-sends.ts';
import { CancelKeys, ScheduledSends } from './send/scheduled-sends.ts';
import { MongoSendTargets } from './send/mongo-send-targets.ts';
import { SendTargets } from './send/send-targets.ts';

export const mongoCollections = [
  ...registryCollections,
  ...sendsCollections,
  ...attemptCollections,
  ...resultCollections,
  ...receiptCollections,
  ...providerStateCollections,
  ...campaignCollections,
  ...scheduledSendCollections,
];

/** Every port of this service on MongoDB. */
export const mongoAdapters: readonly FactoryProvider[] = [
  ...mongoRegistry,
  provideAs(SendRepository, MongoSendRepository, MongoStore, Outbox),
  provideAs(SendTargets, MongoSendTargets, MongoStore),
  provideAs(SliceRepository, MongoSliceRepository, MongoStore, EventPublisher),
  provideAs(PageRepository, MongoPageRepository, MongoStore, EventPublisher),
  provideAs(PageReader, MongoPageReader, MongoStore),
  provideAs(AttemptReader, MongoAttemptReader, MongoStore),
  provideAs(ResultReader, MongoResultReader, MongoStore),
  provideAs(ReceiptReader, MongoReceiptReader, MongoStore),
  provideAs(ProviderStateReader, MongoProviderStateReader, MongoStore, Clock),
  provideAs(ScheduledSends, MongoScheduledSends, MongoStore),
  provideAs(CancelKeys, MongoCancelKeys, MongoStore),
  provideAs(CampaignRepository, MongoCampaignRepository, MongoStore),
];
