import { Outbox } from '#libs/messaging';
import { provideAs } from '#libs/service/wiring';
import { MongoStore } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import { ErasureRepository } from './erasure/erasure.repository.ts';
import { MongoErasureRepository, erasuresCollection } from './erasure/mongo-erasure.repository.ts';
import { ExportRepository } from './export/export.repository.ts';
import { MongoExportRepository, exportsCollection } from './export/mongo-export.repository.ts';
import { ImportRepository } from './import/import.repository.ts';
import { importProblemsCollection, importsCollection } from './import/mongo-import-document.ts';
import { MongoImportRepository } from './import/mongo-import.repository.ts';
import { AliasRepository } from './alias/alias.repository.ts';
import { aliasesCollection, MongoAliasRepository } from './alias/mongo-alias.repository.ts';
import { BehaviourRepository } from './behaviour/behaviour.repository.ts';
import { behaviourCollection, MongoBehaviourRepository } from './behaviour/mongo-behaviour.repository.ts';
import { EngagementRepository } from './engagement/engagement.repository.ts';
import { MongoEngagementRepository, engagementCollection } from './engagement/mongo-engagement.repository.ts';
import { FrequencyMarks } from './frequency/frequency-marks.ts';
import { MongoFrequencyMarks, frequencyMarksCollection } from './frequency/mongo-frequency-marks.ts';
import { ActivityTokens } from './activity/activity-tokens.ts';
import { MongoActivityTokens, activityTokensCollection } from './activity/mongo-activity-tokens.ts';
import { InstallationRepository } from './installation/installation.repository.ts';
import { installationsCollection } from './installation/mongo-installation-document.ts';
import { MongoInstallationRepository } from './installation/mongo-installation.repository.ts';
import { MongoTokenLedger, tokenLedgerCollection } from './ledger/mongo-token-ledger.ts';
import { TokenLedger } from './ledger/token-ledger.ts';
import { usersCollection } from './user/mongo-user-document.ts';
import { MongoUserRepository } from './user/mongo-user.repository.ts';
import { OperationRepository } from './operation/operation.repository.ts';
import { MongoOperationRepository, operationsCollection } from './operation/mongo-operation.repository.ts';
import { UserRepository } from './user/user.repository.ts';

/** Installations, users and the token ledger on MongoDB. Expects MongoStore (prepared with `registryCollections`) and Outbox. */
export const mongoRegistry: readonly FactoryProvider[] = [
  provideAs(InstallationRepository, MongoInstallationRepository, MongoStore, Outbox),
  provideAs(UserRepository, MongoUserRepository, MongoStore, Outbox),
  provideAs(TokenLedger, MongoTokenLedger, MongoStore),
  provideAs(ImportRepository, MongoImportRepository, MongoStore, Outbox),
  provideAs(OperationRepository, MongoOperationRepository, MongoStore),
  provideAs(AliasRepository, MongoAliasRepository, MongoStore),
  provideAs(BehaviourRepository, MongoBehaviourRepository, MongoStore),
  provideAs(EngagementRepository, MongoEngagementRepository, MongoStore),
  provideAs(FrequencyMarks, MongoFrequencyMarks, MongoStore),
  provideAs(ExportRepository, MongoExportRepository, MongoStore),
  provideAs(ActivityTokens, MongoActivityTokens, MongoStore),
  provideAs(ErasureRepository, MongoErasureRepository, MongoStore),
];

/** What the registry keeps in MongoDB. */
export const registryCollections = [
  installationsCollection,
  usersCollection,
  tokenLedgerCollection,
  activityTokensCollection,
  importsCollection,
  importProblemsCollection,
  aliasesCollection,
  behaviourCollection,
  engagementCollection,
  frequencyMarksCollection,
  operationsCollection,
  exportsCollection,
  erasuresCollection,
] as const;
