import { audienceContract } from './audience/audience.contract.ts';
import { selectionContract } from './audience/selection.contract.ts';
import { installationRepositoryContract } from './installation.repository.contract.ts';
import { registryContract } from './registry.contract.ts';
import { openSqliteRegistry } from './test-sqlite-registry.ts';
import { tokenLedgerContract } from './token-ledger.contract.ts';
import { userRepositoryContract } from './user.repository.contract.ts';

installationRepositoryContract('SQLite', openSqliteRegistry);
userRepositoryContract('SQLite', openSqliteRegistry);
tokenLedgerContract('SQLite', openSqliteRegistry);
selectionContract('SQLite', openSqliteRegistry);
audienceContract('SQLite', openSqliteRegistry);
registryContract('SQLite', openSqliteRegistry, 1_000);
