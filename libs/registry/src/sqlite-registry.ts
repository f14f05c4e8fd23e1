import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { provideAs } from '#libs/service/wiring';
import type { FactoryProvider } from '@nestjs/common';
import { InstallationRepository } from './installation.repository.ts';
import { SqliteInstallationRepository } from './sqlite-installation.repository.ts';
import { SqliteTokenLedger } from './sqlite-token-ledger.ts';
import { SqliteUserRepository } from './sqlite-user.repository.ts';
import { TokenLedger } from './token-ledger.ts';
import { UserRepository } from './user.repository.ts';

/** Installations, users and the token ledger on the embedded store. Expects SqliteStore and SqliteEventLog. */
export const sqliteRegistry: readonly FactoryProvider[] = [
  provideAs(InstallationRepository, SqliteInstallationRepository, SqliteStore, SqliteEventLog),
  provideAs(UserRepository, SqliteUserRepository, SqliteStore, SqliteEventLog),
  provideAs(TokenLedger, SqliteTokenLedger, SqliteStore),
];
