import { RedisClient } from '#libs/coordination';
import { Clock } from '#libs/kernel';
import { EventPublisher, Outbox } from '#libs/messaging';
import { mongoRegistry, personalRecordsIn, registryCollections } from '#libs/registry';
import {
  AttemptReader,
  MongoAttemptReader,
  MongoPageReader,
  MongoProviderStateReader,
  MongoConversionReader,
  MongoReceiptReader,
  MongoResultReader,
  PageReader,
  ProviderStateReader,
  ConversionReader,
  ReceiptReader,
  ResultReader,
  attemptCollections,
  providerStateCollections,
  conversionCollections,
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
import { ActivityClock } from './activities/activity-clock.ts';
import { MemoryActivityClock } from './activities/memory-activity-clock.ts';
import { RedisActivityClock } from './activities/redis-activity-clock.ts';
import { AudienceRepository } from './documents/audience.ts';
import { documentsCollection, MongoNamedDocuments } from './documents/mongo-named-documents.ts';
import { TemplateRepository } from './templates/template.ts';
import { CampaignRuns } from './campaigns/campaign-run.ts';
import { CampaignRepository } from './campaigns/campaign.repository.ts';
import { MongoCampaignRuns, campaignRunCollection } from './campaigns/mongo-campaign-runs.ts';
import { MongoWaitingTriggers, waitingTriggerCollections } from './launching/mongo-waiting-triggers.ts';
import { WaitingTriggers } from './launching/waiting-trigger.ts';
import { MongoCancelKeys, MongoScheduledSends, scheduledSendCollections } from './send/mongo-scheduled-sends.ts';
import { CancelKeys, ScheduledSends } from './send/scheduled-sends.ts';
import { MongoSendTargets } from './send/mongo-send-targets.ts';
import { SendTargets } from './send/send-targets.ts';

export const campaignCollection = documentsCollection('campaigns');
const templateCollection = documentsCollection('templates');
const audienceCollection = documentsCollection('audiences');

function documentsIn(port: abstract new () => object, collection: ReturnType<typeof documentsCollection>): FactoryProvider {
  return { provide: port, useFactory: (store: MongoStore) => new MongoNamedDocuments(store, collection), inject: [MongoStore] };
}

export const mongoCollections = [
  ...registryCollections,
  ...sendsCollections,
  ...attemptCollections,
  ...resultCollections,
  ...conversionCollections,
  ...receiptCollections,
  ...providerStateCollections,
  campaignCollection,
  templateCollection,
  audienceCollection,
  ...scheduledSendCollections,
  campaignRunCollection,
  ...waitingTriggerCollections,
];

/** Every port of this service on MongoDB. */
export const mongoAdapters: readonly FactoryProvider[] = [
  ...mongoRegistry,
  personalRecordsIn(mongoCollections),
  provideAs(SendRepository, MongoSendRepository, MongoStore, Outbox),
  provideAs(SendTargets, MongoSendTargets, MongoStore),
  provideAs(SliceRepository, MongoSliceRepository, MongoStore, EventPublisher),
  provideAs(PageRepository, MongoPageRepository, MongoStore, EventPublisher),
  provideAs(PageReader, MongoPageReader, MongoStore),
  provideAs(AttemptReader, MongoAttemptReader, MongoStore),
  provideAs(ResultReader, MongoResultReader, MongoStore),
  provideAs(ReceiptReader, MongoReceiptReader, MongoStore),
  provideAs(ConversionReader, MongoConversionReader, MongoStore),
  provideAs(ProviderStateReader, MongoProviderStateReader, MongoStore, Clock),
  provideAs(ScheduledSends, MongoScheduledSends, MongoStore),
  provideAs(CancelKeys, MongoCancelKeys, MongoStore),
  provideAs(CampaignRuns, MongoCampaignRuns, MongoStore),
  provideAs(WaitingTriggers, MongoWaitingTriggers, MongoStore),
  {
    provide: ActivityClock,
    useFactory: (redis: RedisClient, clock: Clock) => new RedisActivityClock(redis, new MemoryActivityClock(clock)),
    inject: [RedisClient, Clock],
  },
  documentsIn(CampaignRepository, campaignCollection),
  documentsIn(TemplateRepository, templateCollection),
  documentsIn(AudienceRepository, audienceCollection),
];
