import { Sealer } from '#libs/access';
import { RedisClient, WorkLock } from '#libs/coordination';
import { Clock } from '#libs/kernel';
import { Outbox } from '#libs/messaging';
import { ActivityTokens, InstallationRepository, mongoRegistry, registryCollections } from '#libs/registry';
import {
  AttemptReader,
  MongoAttemptReader,
  MongoPageReader,
  MongoSendReader,
  PageReader,
  SendReader,
  attemptCollections,
  providerStateCollections,
  sendsCollections,
} from '#libs/sends';
import { AttemptRepository, MongoAttemptRepository } from '#libs/sends/attempt/writing';
import { MongoProviderStateRepository, ProviderStateRepository } from '#libs/sends/provider-state/writing';
import { provideAs, provideWith } from '#libs/service/wiring';
import { MongoStore } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import { RedisProviderRates } from './admission/redis-provider-rates.ts';
import { ProviderRates } from './admission/sending-rate.ts';
import { Timer } from './timer.ts';
import { RecipientReader } from './batches/recipients.ts';
import { RedisSharedTokens } from './providers/redis-shared-tokens.ts';
import { SharedTokens } from './providers/shared-tokens.ts';

/** What dispatchers share through Redis, beside `redisCoordination()` of the process. */
const redisDispatching: FactoryProvider[] = [
  provideAs(ProviderRates, RedisProviderRates, RedisClient, Clock),
  provideAs(SharedTokens, RedisSharedTokens, RedisClient, WorkLock, Sealer, Clock, Timer),
];

export const mongoCollections = [...registryCollections, ...sendsCollections, ...attemptCollections, ...providerStateCollections];

/** Every port of this service on MongoDB and Redis. */
export const mongoAdapters: readonly FactoryProvider[] = [
  ...mongoRegistry,
  provideAs(SendReader, MongoSendReader, MongoStore),
  provideAs(PageReader, MongoPageReader, MongoStore),
  provideAs(AttemptReader, MongoAttemptReader, MongoStore),
  provideAs(ProviderStateRepository, MongoProviderStateRepository, MongoStore, Clock),
  provideWith(RecipientReader, 500, InstallationRepository, ActivityTokens),
  ...redisDispatching,
  provideAs(AttemptRepository, MongoAttemptRepository, MongoStore, Outbox),
];
