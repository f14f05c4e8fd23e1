import { Outbox } from '#libs/messaging';
import {
  InstallationRepository,
  MongoInstallationRepository,
  MongoTokenLedger,
  MongoUserRepository,
  TokenLedger,
  UserRepository,
  registryCollections,
} from '#libs/registry';
import { provideAs } from '#libs/service';
import { MongoStore } from '#libs/storage';
import type { Provider } from '@nestjs/common';

export const mongoCollections = registryCollections;

/** Every port of this service on MongoDB. */
export const mongoAdapters: readonly Provider[] = [
  provideAs(InstallationRepository, MongoInstallationRepository, MongoStore, Outbox),
  provideAs(UserRepository, MongoUserRepository, MongoStore, Outbox),
  provideAs(TokenLedger, MongoTokenLedger, MongoStore),
];
