import { Outbox } from '#libs/messaging';
import { provideAs } from '#libs/service/wiring';
import { MongoStore } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import { ImportRepository } from './import/import.repository.ts';
import { MongoImportRepository, importProblemsCollection, importsCollection } from './import/mongo-import.repository.ts';
import { InstallationRepository } from './installation/installation.repository.ts';
import { installationsCollection } from './installation/mongo-installation-document.ts';
import { MongoInstallationRepository } from './installation/mongo-installation.repository.ts';
import { MongoTokenLedger, tokenLedgerCollection } from './ledger/mongo-token-ledger.ts';
import { TokenLedger } from './ledger/token-ledger.ts';
import { MongoUserRepository, usersCollection } from './user/mongo-user.repository.ts';
import { UserRepository } from './user/user.repository.ts';

/** Installations, users and the token ledger on MongoDB. Expects MongoStore (prepared with `registryCollections`) and Outbox. */
export const mongoRegistry: readonly FactoryProvider[] = [
  provideAs(InstallationRepository, MongoInstallationRepository, MongoStore, Outbox),
  provideAs(UserRepository, MongoUserRepository, MongoStore, Outbox),
  provideAs(TokenLedger, MongoTokenLedger, MongoStore),
  provideAs(ImportRepository, MongoImportRepository, MongoStore, Outbox),
];

/** What the registry keeps in MongoDB. */
export const registryCollections = [
  installationsCollection,
  usersCollection,
  tokenLedgerCollection,
  importsCollection,
  importProblemsCollection,
] as const;
