import { Outbox } from '#libs/messaging';
import { InstallationRepository, mongoRegistry, registryCollections } from '#libs/registry';
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
import { MongoStore } from '#libs/storage';
import { provideAs, provideWith } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { AttemptRepository } from './attempts/attempt.repository.ts';
import { MongoAttemptRepository } from './attempts/mongo-attempt.repository.ts';
import { RecipientReader } from './batches/recipients.ts';
import { MongoProviderStateRepository } from './provider-states/mongo-provider-state.repository.ts';
import { ProviderStateRepository } from './provider-states/provider-state.repository.ts';
import { redisDispatching } from './redis-dispatching.ts';

export const mongoCollections = [...registryCollections, ...sendsCollections, ...attemptCollections, ...providerStateCollections];

/** Every port of this service on MongoDB and Redis. */
export const mongoAdapters: readonly FactoryProvider[] = [
  ...mongoRegistry,
  provideAs(SendReader, MongoSendReader, MongoStore),
  provideAs(PageReader, MongoPageReader, MongoStore),
  provideAs(AttemptReader, MongoAttemptReader, MongoStore),
  provideAs(ProviderStateRepository, MongoProviderStateRepository, MongoStore),
  provideWith(RecipientReader, 250, InstallationRepository),
  ...redisDispatching,
  provideAs(AttemptRepository, MongoAttemptRepository, MongoStore, Outbox),
];
