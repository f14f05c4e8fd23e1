import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { eventsIn } from '#libs/testing/store';
import { SqliteErasureRepository } from '../src/erasure/sqlite-erasure.repository.ts';
import { SqlitePersonalRecords } from '../src/erasure/sqlite-personal-records.ts';
import { SqliteExportRepository } from '../src/export/sqlite-export.repository.ts';
import { SqliteImportRepository } from '../src/import/sqlite-import.repository.ts';
import { SqliteAliasRepository } from '../src/alias/sqlite-alias.repository.ts';
import { SqliteBehaviourRepository } from '../src/behaviour/sqlite-behaviour.repository.ts';
import { SqliteEngagementRepository } from '../src/engagement/sqlite-engagement.repository.ts';
import { SqliteFrequencyMarks } from '../src/frequency/sqlite-frequency-marks.ts';
import { SqliteActivityTokens } from '../src/activity/sqlite-activity-tokens.ts';
import { SqliteInstallationRepository } from '../src/installation/sqlite-installation.repository.ts';
import { SqliteTokenLedger } from '../src/ledger/sqlite-token-ledger.ts';
import type { OpenedRegistry } from '../src/opened-registry.contract.ts';
import { SqliteOperationRepository } from '../src/operation/sqlite-operation.repository.ts';
import { SqliteUserRepository } from '../src/user/sqlite-user.repository.ts';

/** An empty registry in memory. */
export async function openSqliteRegistry(): Promise<OpenedRegistry> {
  const clock = new FixedClock();
  const store = new SqliteStore({ file: ':memory:' });
  const log = new SqliteEventLog(store, clock);
  return {
    clock,
    installations: new SqliteInstallationRepository(store, log),
    users: new SqliteUserRepository(store, log),
    ledger: new SqliteTokenLedger(store),
    exports: new SqliteExportRepository(store),
    imports: new SqliteImportRepository(store, new SqliteUserRepository(store, log)),
    aliases: new SqliteAliasRepository(store),
    behaviour: new SqliteBehaviourRepository(store),
    engagements: new SqliteEngagementRepository(store),
    marks: new SqliteFrequencyMarks(store),
    operations: new SqliteOperationRepository(store),
    activities: new SqliteActivityTokens(store),
    erasures: new SqliteErasureRepository(store),
    records: new SqlitePersonalRecords(store),
    published: async () => eventsIn(store),
  };
}
