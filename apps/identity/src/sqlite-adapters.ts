import { SqliteEventLog } from '#libs/messaging';
import {
  InstallationRepository,
  SqliteInstallationRepository,
  SqliteTokenLedger,
  SqliteUserRepository,
  TokenLedger,
  UserRepository,
} from '#libs/registry';
import { provideAs } from '#libs/service';
import { SqliteStore } from '#libs/storage';
import type { Provider } from '@nestjs/common';

/** Every port of this service on the embedded store. */
export const sqliteAdapters: readonly Provider[] = [
  provideAs(InstallationRepository, SqliteInstallationRepository, SqliteStore, SqliteEventLog),
  provideAs(UserRepository, SqliteUserRepository, SqliteStore, SqliteEventLog),
  provideAs(TokenLedger, SqliteTokenLedger, SqliteStore),
];
