import { Outbox } from '#libs/messaging';
import { MongoStore } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { InstallationRepository } from './installation.repository.ts';
import { MongoInstallationRepository } from './mongo-installation.repository.ts';
import { MongoTokenLedger } from './mongo-token-ledger.ts';
import { MongoUserRepository } from './mongo-user.repository.ts';
import { TokenLedger } from './token-ledger.ts';
import { UserRepository } from './user.repository.ts';

/** Installations, users and the token ledger on MongoDB. Expects MongoStore (prepared with `registryCollections`) and Outbox. */
export const mongoRegistry: readonly FactoryProvider[] = [
  provideAs(InstallationRepository, MongoInstallationRepository, MongoStore, Outbox),
  provideAs(UserRepository, MongoUserRepository, MongoStore, Outbox),
  provideAs(TokenLedger, MongoTokenLedger, MongoStore),
];
