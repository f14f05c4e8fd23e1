import { SqliteEventLog } from '#libs/messaging';
import { provideAs } from '#libs/service/wiring';
import { SqliteStore } from '#libs/storage';
import type { FactoryProvider } from '@nestjs/common';
import { ErasureRepository } from './erasure/erasure.repository.ts';
import { PersonalRecords } from './erasure/personal-records.ts';
import { SqlitePersonalRecords } from './erasure/sqlite-personal-records.ts';
import { SqliteErasureRepository } from './erasure/sqlite-erasure.repository.ts';
import { ExportRepository } from './export/export.repository.ts';
import { SqliteExportRepository } from './export/sqlite-export.repository.ts';
import { ImportRepository } from './import/import.repository.ts';
import { SqliteImportRepository } from './import/sqlite-import.repository.ts';
import { AliasRepository } from './alias/alias.repository.ts';
import { SqliteAliasRepository } from './alias/sqlite-alias.repository.ts';
import { BehaviourRepository } from './behaviour/behaviour.repository.ts';
import { SqliteBehaviourRepository } from './behaviour/sqlite-behaviour.repository.ts';
import { EngagementRepository } from './engagement/engagement.repository.ts';
import { SqliteEngagementRepository } from './engagement/sqlite-engagement.repository.ts';
import { FrequencyMarks } from './frequency/frequency-marks.ts';
import { SqliteFrequencyMarks } from './frequency/sqlite-frequency-marks.ts';
import { ActivityTokens } from './activity/activity-tokens.ts';
import { SqliteActivityTokens } from './activity/sqlite-activity-tokens.ts';
import { InstallationRepository } from './installation/installation.repository.ts';
import { SqliteInstallationRepository } from './installation/sqlite-installation.repository.ts';
import { SqliteTokenLedger } from './ledger/sqlite-token-ledger.ts';
import { TokenLedger } from './ledger/token-ledger.ts';
import { SqliteUserRepository } from './user/sqlite-user.repository.ts';
import { OperationRepository } from './operation/operation.repository.ts';
import { SqliteOperationRepository } from './operation/sqlite-operation.repository.ts';
import { UserRepository } from './user/user.repository.ts';

/** Installations, users and the token ledger on the embedded store. Expects SqliteStore and SqliteEventLog. */
export const sqliteRegistry: readonly FactoryProvider[] = [
  provideAs(InstallationRepository, SqliteInstallationRepository, SqliteStore, SqliteEventLog),
  provideAs(UserRepository, SqliteUserRepository, SqliteStore, SqliteEventLog),
  provideAs(TokenLedger, SqliteTokenLedger, SqliteStore),
  provideAs(ExportRepository, SqliteExportRepository, SqliteStore),
  {
    provide: ImportRepository,
    useFactory: (store: SqliteStore, log: SqliteEventLog) => new SqliteImportRepository(store, new SqliteUserRepository(store, log)),
    inject: [SqliteStore, SqliteEventLog],
  },
  provideAs(OperationRepository, SqliteOperationRepository, SqliteStore),
  provideAs(AliasRepository, SqliteAliasRepository, SqliteStore),
  provideAs(BehaviourRepository, SqliteBehaviourRepository, SqliteStore),
  provideAs(EngagementRepository, SqliteEngagementRepository, SqliteStore),
  provideAs(FrequencyMarks, SqliteFrequencyMarks, SqliteStore),
  provideAs(ActivityTokens, SqliteActivityTokens, SqliteStore),
  provideAs(ErasureRepository, SqliteErasureRepository, SqliteStore),
  provideAs(PersonalRecords, SqlitePersonalRecords, SqliteStore),
];
