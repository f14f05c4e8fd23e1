import { registryModelContract } from '../../src/registry-model.contract.ts';
import { registryOvertakenContract } from '../../src/registry-overtaken.contract.ts';
import { openSqliteRegistry } from '../test-sqlite-registry.ts';

registryModelContract('SQLite', openSqliteRegistry, 200);
registryOvertakenContract('SQLite', openSqliteRegistry, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
