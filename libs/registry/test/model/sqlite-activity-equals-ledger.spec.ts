import { activityEqualsLedgerContract } from '../../src/activity-equals-ledger.contract.ts';
import { openSqliteRegistry } from '../test-sqlite-registry.ts';

activityEqualsLedgerContract('SQLite', openSqliteRegistry, 60);
