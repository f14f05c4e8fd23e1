import type { EventEnvelope } from '#libs/events';
import { SqliteEventLog } from '#libs/messaging';
import { SqliteStore } from '#libs/storage';
import { FixedClock } from '#libs/testing';
import { audienceContract } from './audience/audience.contract.ts';
import { selectionContract } from './audience/selection.contract.ts';
import { installationRepositoryContract } from './installation.repository.contract.ts';
import type { OpenedRegistry } from './opened-registry.contract.ts';
import { registryContract } from './registry.contract.ts';
import { SqliteInstallationRepository } from './sqlite-installation.repository.ts';
import { SqliteTokenLedger } from './sqlite-token-ledger.ts';
import { SqliteUserRepository } from './sqlite-user.repository.ts';
import { tokenLedgerContract } from './token-ledger.contract.ts';
import { userRepositoryContract } from './user.repository.contract.ts';

async function open(): Promise<OpenedRegistry> {
  const clock = new FixedClock();
  const store = new SqliteStore({ file: ':memory:' });
  const log = new SqliteEventLog(store, clock);
  return {
    clock,
    installations: new SqliteInstallationRepository(store, log),
    users: new SqliteUserRepository(store, log),
    ledger: new SqliteTokenLedger(store),
    published: async () => store.sql('SELECT value FROM log_records ORDER BY topic, partition, "offset"').all().map((row) => JSON.parse(String(row['value'])) as EventEnvelope), // prettier-ignore
  };
}

installationRepositoryContract('SQLite', open);
userRepositoryContract('SQLite', open);
tokenLedgerContract('SQLite', open);
selectionContract('SQLite', open);
audienceContract('SQLite', open);
registryContract('SQLite', open);
